"""The searchable form of a tree: saved, mapped, damaged."""

from pathlib import Path

import numpy as np
import pytest

from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.retrieval.cut_file import cut
from journeyman.retrieval.layout import Layout, lay_out, load, save
from journeyman.retrieval.words import number_of

FILES = {
    "app/money.py": "def round_amount(amount):\n    return round(amount, 2)\n",
    "app/cart.py": "from app.money import round_amount\n\n\ndef total(lines):\n    return round_amount(sum(lines))\n",
    "app/weather.py": "def is_raining():\n    return False\n",
}


def made(files: dict[str, str] = FILES) -> Layout:
    entries = [TreeEntry(path=path, kind=EntryKind.FILE, blob="b", size_bytes=1) for path in files]
    return lay_out(entries, [cut(path, text).file for path, text in files.items()])


def places_of(layout: Layout, term: str) -> list[int]:
    return [int(place) for place in layout.chunk_terms.places[layout.chunk_terms.run(number_of(term))]]


def test_every_term_leads_to_its_chunks() -> None:
    layout = made()
    assert [layout.symbols[place] for place in places_of(layout, "rain")] == ["is_raining"]
    assert len(places_of(layout, "amount")) == 3
    assert places_of(layout, "zygote") == []


def test_who_uses_a_name_is_joined_to_who_defines_it() -> None:
    edges = made().edges
    pairs = set(zip(edges.sources.tolist(), edges.targets.tolist(), strict=True))
    assert pairs == {(0, 1), (1, 0)}


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    layout = made()
    save(layout, tmp_path / "tree")
    again = load(tmp_path / "tree")
    assert again is not None
    assert (again.paths, again.blobs, again.symbols, again.names) == (
        layout.paths,
        layout.blobs,
        layout.symbols,
        layout.names,
    )
    for name in ("firsts", "lines", "lengths"):
        assert np.array_equal(getattr(again, name), getattr(layout, name)), name
    assert places_of(again, "amount") == places_of(layout, "amount")


def test_an_empty_tree_is_a_layout_too(tmp_path: Path) -> None:
    save(made({}), tmp_path / "tree")
    again = load(tmp_path / "tree")
    assert again is not None
    assert again.paths == ()


@pytest.mark.parametrize("how", ["gone", "cut", "changed", "manifest"])
def test_damage_is_noticed(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "tree"
    save(made(), folder)
    file = folder / "chunk_terms-places.npy"
    content = bytearray(file.read_bytes())
    match how:
        case "gone":
            file.unlink()
        case "cut":
            file.write_bytes(content[:-4])
        case "changed":
            content[-1] ^= 1
            file.write_bytes(content)
        case "manifest":
            (folder / "manifest.json").write_text((folder / "manifest.json").read_text().replace("cart", "card"))
    assert load(folder) is None


def test_a_second_writer_changes_nothing(tmp_path: Path) -> None:
    save(made(), tmp_path / "tree")
    save(made(), tmp_path / "tree")
    assert load(tmp_path / "tree") is not None
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]
