"""`journeyman model`, run as a person runs it."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from journeyman.adapters.models.catalog import MODELS
from journeyman.adapters.models.weights import weights_path
from journeyman.settings import load_settings


def journeyman(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "journeyman", *arguments],
        env={**load_settings().environment, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_list_says_what_is_here(tmp_path: Path) -> None:
    small, large = MODELS
    path = weights_path(small, tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF")
    listed = journeyman("model", "list", JOURNEYMAN_CACHE=str(tmp_path))
    assert listed.returncode == 0
    lines = listed.stdout.splitlines()
    assert small.name in lines[0]
    assert "truncated" in lines[0]
    assert large.name in lines[1]
    assert "absent" in lines[1]
    assert "Apache-2.0" in lines[0]


def test_list_as_json(tmp_path: Path) -> None:
    listed = journeyman("model", "list", "--json", JOURNEYMAN_CACHE=str(tmp_path))
    models: list[dict[str, Any]] = json.loads(listed.stdout)
    assert [model["locator"] for model in models] == [f"local:{model.name}" for model in MODELS]
    assert {model["presence"] for model in models} == {"absent"}


@pytest.mark.parametrize("command", ["pull", "serve"])
def test_an_unknown_model(tmp_path: Path, command: str) -> None:
    failed = journeyman("model", command, "gpt-5", JOURNEYMAN_CACHE=str(tmp_path))
    assert failed.returncode == 2
    assert "qwen2.5-coder-0.5b" in failed.stderr


def test_serving_what_is_not_here(tmp_path: Path) -> None:
    failed = journeyman("model", "serve", "qwen2.5-coder-0.5b", JOURNEYMAN_CACHE=str(tmp_path))
    assert failed.returncode == 2
    assert "journeyman model pull qwen2.5-coder-0.5b" in failed.stderr


@pytest.mark.slow
@pytest.mark.model
def test_pull_and_serve() -> None:
    pulled = journeyman("model", "pull", "local:qwen2.5-coder-0.5b", "--json")
    assert pulled.returncode == 0, pulled.stderr
    assert json.loads(pulled.stdout)["sha256"] == MODELS[0].sha256
    serving = subprocess.Popen(
        [sys.executable, "-m", "journeyman", "model", "serve", "qwen2.5-coder-0.5b", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    with serving:
        assert serving.stdout is not None
        served = json.loads(serving.stdout.readline())
        listed = httpx.get(f"{served['base_url']}/models", headers={"Authorization": f"Bearer {served['token']}"})
        assert served["model"] in listed.text
        assert httpx.get(f"{served['base_url']}/models").status_code == 401
        assert served["base_url"].startswith("http://127.0.0.1:")
        serving.send_signal(signal.SIGINT)
    assert serving.returncode == 130
