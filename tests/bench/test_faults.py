"""A loop of tool calls against a provider that fails three calls of ten: the same conversation, no answer paid twice."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FAULTS = Path(__file__).parents[2] / "bench" / "faults.py"


@pytest.fixture
def faults() -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults", FAULTS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["faults"] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["openai", "anthropic"])
async def test_faults_change_nothing_but_the_number_of_calls(faults: ModuleType, scheme: str) -> None:
    from llmock.testing import LLMockServer

    with LLMockServer() as server:
        clean = await faults.play(server, scheme, share=0.0, seed=1, iterations=12)
        faulty = await faults.play(server, scheme, share=0.5, seed=1, iterations=12)
    assert clean.calls == 12
    assert faulty.faults.total() >= 3
    assert faulty.calls > clean.calls
    assert faulty.said == clean.said
    assert faulty.repeated == 0
    assert faulty.findings == ()
