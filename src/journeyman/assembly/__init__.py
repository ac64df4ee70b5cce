"""The composition root: settings -> adapters -> wrapped ports -> Engine."""

from journeyman.assembly.compose import (
    delivered_message,
    engine_for,
    judge_of,
    open_event_log,
    open_project,
    open_sandbox,
    project_environment,
)
from journeyman.assembly.delivering import ForgeFactory, open_desk, open_forge, wishes_of
from journeyman.assembly.environments import LazyEnvironment
from journeyman.assembly.ordering import order_of
from journeyman.assembly.project import Project
from journeyman.assembly.replaying import Replayed, replay_run
from journeyman.assembly.sources import answer_source, read_spec, ready_spec

__all__ = [
    "ForgeFactory",
    "LazyEnvironment",
    "Project",
    "Replayed",
    "answer_source",
    "delivered_message",
    "engine_for",
    "judge_of",
    "open_desk",
    "open_event_log",
    "open_forge",
    "open_project",
    "open_sandbox",
    "order_of",
    "project_environment",
    "read_spec",
    "ready_spec",
    "replay_run",
    "wishes_of",
]
