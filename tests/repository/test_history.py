"""Diffs: complete, stable, and deaf to attributes."""

from collections.abc import Callable

import pytest
from inline_snapshot import snapshot
from tests.repository.conftest import Person

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import UserError
from journeyman.repository import GitRepository

Opened = Callable[[Person], GitRepository]


async def changed(repository: GitRepository, *changes: FileChange) -> str:
    base = (await repository.snapshot("")).tree
    return await repository.diff(base, await repository.overlay(base, changes))


async def test_a_diff_reads_as_people_know_it(repository: GitRepository) -> None:
    text = await changed(
        repository,
        FileChange(path="README.md", content=None),
        FileChange(path="src/app.py", content=b"def answer():\n    return 43\n"),
        FileChange(path="neu/Größe.txt", content=b"eins\nzwei", executable=True),
        FileChange(path="tool.sh", content=b"#!/bin/sh\necho hello\n"),
    )
    assert text == snapshot("""\
diff --git a/README.md b/README.md
deleted file mode 100644
index dab306f45e6a..000000000000
--- a/README.md
+++ /dev/null
@@ -1 +0,0 @@
-# Project
diff --git a/neu/Größe.txt b/neu/Größe.txt
new file mode 100755
index 000000000000..863c754c805d
--- /dev/null
+++ b/neu/Größe.txt
@@ -0,0 +1,2 @@
+eins
+zwei
\\ No newline at end of file
diff --git a/src/app.py b/src/app.py
index eca386f51bbe..c459017cb598 100644
--- a/src/app.py
+++ b/src/app.py
@@ -1,2 +1,2 @@
 def answer():
-    return 42
+    return 43
diff --git a/tool.sh b/tool.sh
old mode 100755
new mode 100644
""")


async def test_equal_trees_have_no_diff(repository: GitRepository) -> None:
    tree = (await repository.snapshot("")).tree
    assert await repository.diff(tree, tree) == ""


async def test_binary_content_is_named_and_odd_bytes_are_replaced(repository: GitRepository) -> None:
    text = await changed(
        repository,
        FileChange(path="picture", content=b"\x89PNG\0\x01"),
        FileChange(path="latin.txt", content=b"caf\xe9\n"),
    )
    assert "Binary files /dev/null and b/picture differ" in text
    assert "+caf\ufffd\n" in text


@pytest.mark.parametrize(
    "attributes", ["* -diff", "* binary", "* diff=hidden", "*.py -text -diff", "* linguist-generated"]
)
async def test_attributes_hide_nothing(person: Person, opened: Opened, attributes: str) -> None:
    person.write(".gitattributes", attributes + "\n")
    person.write(".git/info/attributes", attributes + "\n")
    person.git("config", "diff.hidden.command", "true")
    person.git("config", "diff.hidden.binary", "true")
    person.commit()
    text = await changed(opened(person), FileChange(path="src/app.py", content=b"def answer():\n    return 0\n"))
    assert "-    return 42\n+    return 0\n" in text


async def test_names_are_not_accepted_where_ids_are_meant(person: Person, repository: GitRepository) -> None:
    tree = (await repository.snapshot("")).tree
    for name in ("main", "HEAD", "--output=/tmp/x", tree[:12]):
        with pytest.raises(UserError, match="not an object id"):
            await repository.diff(name, tree)
        with pytest.raises(UserError, match="not an object id"):
            await repository.publish(name, "journeyman/one")
