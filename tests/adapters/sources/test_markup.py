"""Atlassian's two markups as Markdown: every node of the schema, and what an independent converter reads."""

import json
from typing import Any

import adflux
import pytest
from inline_snapshot import snapshot

from journeyman.adapters.sources.adf import _BLOCKS, _INLINE, adf_of_lines, markdown_of_adf
from journeyman.adapters.sources.wiki import markdown_of_wiki


def text(words: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"marks": [{"type": mark} for mark in marks]} if marks else {})}


def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(content)}


def node(kind: str, *content: dict[str, Any], **attributes: object) -> dict[str, Any]:
    return {
        "type": kind,
        **({"attrs": attributes} if attributes else {}),
        **({"content": list(content)} if content else {}),
    }


def document(*content: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "type": "doc", "content": list(content)}


WHOLE = document(
    node("heading", text("Acceptance criteria"), level=2),
    node("bulletList", node("listItem", paragraph(text("Given "), text("x", "strong"), text(" When y Then z")))),
    node(
        "orderedList",
        node("listItem", paragraph(text("one")), node("bulletList", node("listItem", paragraph(text("in"))))),
    ),
    node("taskList", node("taskItem", text("todo"), state="TODO"), node("taskItem", text("done"), state="DONE")),
    node("panel", paragraph(text("careful")), panelType="warning"),
    paragraph(
        node("mention", id="1", text="@Ann"),
        text(" "),
        node("status", text="OPEN"),
        text(" "),
        node("date", timestamp="1582152559000"),
        node("inlineCard", url="https://x.example/A-1"),
        node("emoji", shortName=":smile:", text="\U0001f600"),
    ),
    node("codeBlock", text("x = 1\ny = 2"), language="python"),
    node("expand", paragraph(text("more")), title="Details"),
    node(
        "table",
        node("tableRow", node("tableHeader", paragraph(text("a"))), node("tableHeader", paragraph(text("b|c")))),
        node("tableRow", node("tableCell", paragraph(text("1"))), node("tableCell", paragraph(text("2")))),
    ),
    node("mediaSingle", node("media", id="1", type="file")),
    node("decisionList", node("decisionItem", text("use X"), state="DECIDED")),
    paragraph(
        text("line"),
        node("hardBreak"),
        text("two "),
        {"type": "text", "text": "here", "marks": [{"type": "link", "attrs": {"href": "https://x.example"}}]},
    ),
    node("rule"),
    node("blockquote", paragraph(text("said"))),
    node("unheardOf", paragraph(text("kept"))),
)


def test_every_kind_of_node_becomes_markdown() -> None:
    assert markdown_of_adf(WHOLE) == snapshot("""\
## Acceptance criteria

- Given **x** When y Then z

1. one
   - in

- [ ] todo
- [x] done

> Warning:
> careful

@Ann [OPEN] 2020-02-19<https://x.example/A-1>\U0001f600

```python
x = 1
y = 2
```

**Details**

more

| a | b\\|c |
|---|---|
| 1 | 2 |

[attachment]

- Decision: use X

line
two [here](https://x.example)

---

> said

kept\
""")


@pytest.mark.parametrize(
    "content",
    [
        (node("heading", text("Title"), level=3), paragraph(text("Some "), text("bold", "strong"), text(" words."))),
        (node("bulletList", node("listItem", paragraph(text("a"))), node("listItem", paragraph(text("b")))),),
        (node("codeBlock", text("x = 1"), language="python"), paragraph(text("after"))),
        (node("blockquote", paragraph(text("said"))), node("rule")),
        (
            paragraph(
                text("see "),
                {"type": "text", "text": "it", "marks": [{"type": "link", "attrs": {"href": "https://x.example"}}]},
            ),
        ),
        (paragraph(text("code", "code"), text(" and "), text("gone", "strike")),),
    ],
)
def test_an_independent_converter_reads_the_same(content: tuple[dict[str, Any], ...]) -> None:
    theirs = adflux.convert(json.dumps(document(*content)), src="adf", dst="md")
    again = json.loads(adflux.convert(markdown_of_adf(document(*content)), src="md", dst="adf"))
    assert words(again) == words(json.loads(adflux.convert(theirs, src="md", dst="adf")))
    assert [item["type"] for item in again["content"]] == [item["type"] for item in content]


def words(item: dict[str, Any]) -> str:
    return str(item.get("text", "")) + " ".join(words(child) for child in item.get("content", []))


@pytest.mark.parametrize(
    "value", [None, "", {"type": "nothing"}, {"type": "doc", "content": "no list"}, {"type": "doc"}]
)
def test_what_is_no_document_is_empty(value: object) -> None:
    assert markdown_of_adf(value) == ""


def test_a_document_as_deep_as_an_attack_ends() -> None:
    deep: dict[str, Any] = paragraph(text("x"))
    for _ in range(500):
        deep = node("bulletList", node("listItem", deep))
    assert markdown_of_adf(document(deep)) == ""


def test_no_node_is_described_twice() -> None:
    assert not set(_BLOCKS) & set(_INLINE)


def test_our_own_comments_are_paragraphs_alone() -> None:
    assert adf_of_lines(("one", "", "two")) == document(paragraph(text("one")), paragraph(text("two")))


def test_wiki_markup() -> None:
    wiki = (
        "h2. Goal\r\nAdd *slugify*\n\nh3. Acceptance Criteria\n* Given 'A b' When slugify Then 'a-b'\n** in it\n# one\n"
        "{code:python}\n* x == 'h2. no'\n{code}\n{quote}said{quote}\n[docs|https://x.example] [https://y.example] {{mono}}\n"
        "!shot.png|width=3!\n||a||b||\n|1|2|\n{panel:title=x}in{panel} 2*3*4 -- done"
    )
    assert markdown_of_wiki(wiki) == snapshot("""\
## Goal
Add **slugify**

### Acceptance Criteria
- Given 'A b' When slugify Then 'a-b'
  - in it
1. one
```python
* x == 'h2. no'
```
> said
[docs](https://x.example) <https://y.example> `mono`
[attachment]
| a | b |
|---|---|
|1|2|
in 2*3*4 -- done\
""")
