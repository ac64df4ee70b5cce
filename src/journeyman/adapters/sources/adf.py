"""Atlassian Document Format to Markdown, for every node of its schema; what is unknown leaves its text.

After the format's published schema (@atlaskit/adf-schema, Apache-2.0): a closed list of nodes and marks.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

_Node = Mapping[str, Any]
_DEEPEST = 60


def markdown_of_adf(document: object) -> str:
    """Return the text of a document as Markdown; anything that is no document is empty."""
    if not isinstance(document, dict) or document.get("type") != "doc":
        return ""
    return _blocks(document, 0).strip()


def _blocks(node: _Node, depth: int) -> str:
    if depth > _DEEPEST:
        return ""
    parts = [_block(child, depth + 1) for child in _children(node)]
    return "\n\n".join(part for part in parts if part.strip())


def _block(node: _Node, depth: int) -> str:
    kind = str(node.get("type", ""))
    if kind in _BLOCKS:
        return _BLOCKS[kind](node, depth)
    if kind in _INLINE or kind == "text":
        return _inline(node)
    return _blocks(node, depth) or _line(node)


def _paragraph(node: _Node, _depth: int) -> str:
    return _line(node)


def _heading(node: _Node, _depth: int) -> str:
    return f"{'#' * int(_attribute(node, 'level') or 1)} {_line(node)}"


def _list(node: _Node, depth: int) -> str:
    ordered = node.get("type") == "orderedList"
    first = int(_attribute(node, "order") or 1)
    items = []
    for number, item in enumerate(_children(node), start=first):
        lead = f"{number}. " if ordered else "- "
        text = _blocks(item, depth)
        items += [lead + text.replace("\n\n", "\n").replace("\n", "\n" + " " * len(lead))] * bool(text)
    return "\n".join(items)


def _boxes(node: _Node, depth: int) -> str:
    lines = []
    for item in _children(node):
        if item.get("type") in ("taskList", "decisionList"):
            lines.append("  " + _boxes(item, depth + 1).replace("\n", "\n  "))
        elif item.get("type") in ("decisionItem", "blockTaskItem") and node.get("type") == "decisionList":
            lines.append(f"- Decision: {_line(item)}")
        else:
            mark = "x" if _attribute(item, "state") == "DONE" else " "
            lines.append(f"- [{mark}] {_line(item) or _blocks(item, depth)}")
    return "\n".join(lines)


def _code(node: _Node, _depth: int) -> str:
    text = "".join(str(child.get("text", "")) for child in _children(node))
    fence = "```" if "```" not in text else "~~~~"
    return f"{fence}{_attribute(node, 'language')}\n{text}\n{fence}"


def _quote(node: _Node, depth: int) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(node, depth).split("\n"))


def _panel(node: _Node, depth: int) -> str:
    return f"> {str(_attribute(node, 'panelType') or 'note').capitalize()}:\n{_quote(node, depth)}"


def _expand(node: _Node, depth: int) -> str:
    title = str(_attribute(node, "title")).strip()
    return "\n\n".join(part for part in (f"**{title}**" if title else "", _blocks(node, depth)) if part)


def _table(node: _Node, depth: int) -> str:
    rows = []
    for row in _children(node):
        cells = [_blocks(cell, depth).replace("\n", " ").replace("|", "\\|") for cell in _children(row)]
        rows.append("| " + " | ".join(cells) + " |")
        if len(rows) == 1:
            rows.append("|" + "---|" * len(cells))
    return "\n".join(rows)


def _rule(_node: _Node, _depth: int) -> str:
    return "---"


def _media(node: _Node, _depth: int) -> str:
    held = _children(node) or (node,)
    return "\n".join("[attachment]" if item.get("type") == "media" else _line(item) for item in held)


def _card(node: _Node, _depth: int) -> str:
    return f"<{_attribute(node, 'url')}>" if _attribute(node, "url") else ""


_BLOCKS: dict[str, Callable[[_Node, int], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bulletList": _list,
    "orderedList": _list,
    "taskList": _boxes,
    "decisionList": _boxes,
    "codeBlock": _code,
    "blockquote": _quote,
    "panel": _panel,
    "expand": _expand,
    "nestedExpand": _expand,
    "table": _table,
    "rule": _rule,
    "mediaSingle": _media,
    "mediaGroup": _media,
    "blockCard": _card,
    "embedCard": _card,
}


def _line(node: _Node) -> str:
    return "".join(_inline(child) for child in _children(node))


def _inline(node: _Node) -> str:
    kind = str(node.get("type", ""))
    if kind == "text":
        return _marked(str(node.get("text", "")), node.get("marks"))
    if kind in _INLINE:
        return _INLINE[kind](node)
    return _line(node)


def _date(node: _Node) -> str:
    try:
        return datetime.fromtimestamp(int(_attribute(node, "timestamp")) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


_INLINE: dict[str, Callable[[_Node], str]] = {
    "hardBreak": lambda _node: "\n",
    "mention": lambda node: str(_attribute(node, "text") or "@someone"),
    "emoji": lambda node: str(_attribute(node, "text") or _attribute(node, "shortName")),
    "status": lambda node: f"[{_attribute(node, 'text')}]",
    "date": _date,
    "inlineCard": lambda node: f"<{_attribute(node, 'url')}>",
    "mediaInline": lambda _node: "[attachment]",
    "media": lambda _node: "[attachment]",
    "placeholder": lambda _node: "",
    "inlineExtension": lambda node: str(_attribute(node, "text")),
}
_MARKS = {"strong": "**", "em": "_", "code": "`", "strike": "~~"}


def _marked(text: str, marks: object) -> str:
    """Put marks around a text, its own spaces outside of them, as Markdown needs."""
    inner = text.strip()
    if not inner or not isinstance(marks, list):
        return text
    for mark in marks:
        kind = mark.get("type") if isinstance(mark, dict) else ""
        if kind == "link":
            inner = f"[{inner}]({_attribute(mark, 'href')})"
        elif kind in _MARKS:
            inner = f"{_MARKS[kind]}{inner}{_MARKS[kind]}"
    return text.replace(text.strip(), inner, 1)


def _children(node: _Node) -> tuple[_Node, ...]:
    held = node.get("content")
    return tuple(child for child in held if isinstance(child, dict)) if isinstance(held, list) else ()


def _attribute(node: _Node, name: str) -> Any:
    attributes = node.get("attrs")
    value = attributes.get(name) if isinstance(attributes, dict) else None
    return "" if value is None else value


def adf_of_lines(lines: tuple[str, ...]) -> dict[str, object]:
    """Return plain lines as a document, one paragraph each: what a comment of ours needs and no more."""
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines if line]
    return {"version": 1, "type": "doc", "content": paragraphs}
