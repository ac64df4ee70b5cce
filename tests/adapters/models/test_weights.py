"""Weights on disk: found, missed, cut short, altered, or no model at all."""

import dataclasses
import hashlib
import os
from pathlib import Path

import pytest

from journeyman.adapters.models.catalog import MODELS, LocalModel, find_model
from journeyman.adapters.models.weights import Presence, find_file, find_weights, inspect_weights, weights_path
from journeyman.domain.errors import UserError

BYTES = b"GGUF" + bytes(range(256)) * 8
MODEL = dataclasses.replace(
    MODELS[0], name="tiny", size_bytes=len(BYTES), sha256=hashlib.sha256(BYTES).hexdigest(), mirror=None
)


def put(cache_dir: Path, data: bytes, model: LocalModel = MODEL) -> Path:
    path = weights_path(model, cache_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_the_catalogue_is_consistent() -> None:
    assert len({model.name for model in MODELS}) == len(MODELS)
    for model in MODELS:
        assert find_model(model.name) is model
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.mirror is not None
        whole, rest = divmod(model.size_bytes, model.mirror.part_bytes)
        assert model.mirror.parts == whole + bool(rest)


def test_an_unknown_name_names_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"qwen2\.5-coder-0\.5b.*file\.gguf"):
        find_model("gpt-5")


@pytest.mark.parametrize(
    ("data", "presence"),
    [
        (None, Presence.ABSENT),
        (BYTES, Presence.WHOLE),
        (BYTES[:-1], Presence.TRUNCATED),
        (BYTES[:-1] + b"!", Presence.ALTERED),
    ],
)
def test_presence(tmp_path: Path, data: bytes | None, presence: Presence) -> None:
    if data is not None:
        put(tmp_path, data)
    assert inspect_weights(MODEL, tmp_path) is presence
    if presence is Presence.WHOLE:
        assert find_weights(MODEL, tmp_path).sha256 == MODEL.sha256
    else:
        with pytest.raises(UserError, match="journeyman model pull tiny"):
            find_weights(MODEL, tmp_path)


def test_a_file_altered_after_it_was_accepted_is_noticed(tmp_path: Path) -> None:
    path = put(tmp_path, BYTES)
    assert inspect_weights(MODEL, tmp_path) is Presence.WHOLE
    path.write_bytes(BYTES[:-1] + b"!")
    assert inspect_weights(MODEL, tmp_path) is Presence.ALTERED


def test_a_digest_is_kept_and_survives_a_rename(tmp_path: Path) -> None:
    path = put(tmp_path, BYTES)
    assert inspect_weights(MODEL, tmp_path) is Presence.WHOLE
    notes = list((tmp_path / "models" / "digests").iterdir())
    moved = path.rename(tmp_path / "mine.gguf")
    # Unreadable bytes prove that the kept digest is used: nothing is hashed again.
    before = moved.stat()
    with moved.open("r+b") as file:
        file.seek(10)
        file.write(b"!")
    os.utime(moved, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert find_file(moved, tmp_path).sha256 == MODEL.sha256
    assert list((tmp_path / "models" / "digests").iterdir()) == notes


@pytest.mark.parametrize("note", ["", "[]", "{"])
def test_a_damaged_note_is_no_obstacle(tmp_path: Path, note: str) -> None:
    put(tmp_path, BYTES)
    assert inspect_weights(MODEL, tmp_path) is Presence.WHOLE
    for path in (tmp_path / "models" / "digests").iterdir():
        path.write_text(note)
    assert inspect_weights(MODEL, tmp_path) is Presence.WHOLE


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(BYTES)
    weights = find_file(path, tmp_path)
    assert weights.path == path
    assert weights.name == f"mine@sha256:{MODEL.sha256[:12]}"


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "mine.gguf").write_bytes(b"PK\x03\x04")
    with pytest.raises(UserError, match="not a GGUF model"):
        find_file(tmp_path / "mine.gguf", tmp_path)
    with pytest.raises(UserError, match="no model file"):
        find_file(tmp_path / "other.gguf", tmp_path)
