"""`journeyman model check`, with models that answer and models that do not."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from journeyman.adapters.models.checking import check_models, configured_models
from journeyman.cli.root import root
from journeyman.settings import load_settings

KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY", "MISTRAL_API_KEY")
NO_KEYS = dict.fromkeys((*KEYS, "OPENROUTER_API_KEY", "AZURE_OPENAI_API_KEY"))


def test_the_providers_whose_keys_are_there() -> None:
    settings = load_settings(environment={"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k", "AZURE_OPENAI_API_KEY": "k"})
    schemes = [locator.partition(":")[0] for locator in configured_models(settings)]
    assert schemes == ["anthropic", "openai", "openai-responses"], "Azure has a key and no address"


def test_without_a_key_or_a_model_there_is_nothing_to_check() -> None:
    ended = CliRunner().invoke(root, ["model", "check"], env=NO_KEYS)
    assert ended.exit_code == 2 or "no key" in str(ended.exception)


@pytest.mark.slow
def test_what_works_is_told_from_what_does_not(llmock: Any) -> None:
    good = f"openai-compatible:{llmock.base_url('openai')}#tiny"
    ended = CliRunner().invoke(root, ["models", "check", good, "anthropic:x", "nonsense", "--json"], env=NO_KEYS)
    works, keyless, nonsense = json.loads(ended.stdout)
    assert ended.exit_code == 70
    assert works["works"]
    assert works["served_model"] == "tiny"
    assert works["calls_tools"]
    assert works["cost_usd"] is None
    assert works["input_tokens"] > 0
    assert (keyless["works"], "ANTHROPIC_API_KEY" in keyless["remedy"]) == (False, True)
    assert "is not a model" in nonsense["problem"]


@pytest.mark.slow
def test_what_a_person_reads(llmock: Any) -> None:
    ended = CliRunner().invoke(root, ["model", "check", f"openai-compatible:{llmock.base_url('openai')}#tiny"])
    assert ended.exit_code == 0
    assert "works  openai-compatible:" in ended.stdout
    assert "price unknown, calls tools" in ended.stdout


@pytest.mark.slow
async def test_a_refused_key_is_one_call_and_a_remedy(llmock: Any) -> None:
    llmock.fail(401, times=None)
    settings = load_settings(f'[model]\nbase_url = "{llmock.base_url()}"\n', environment={"OPENAI_API_KEY": "k"})
    (found,) = await check_models(("openai:x",), settings)
    assert not found.works
    assert "environment variable" in found.remedy
    assert len(llmock.requests) == 1
