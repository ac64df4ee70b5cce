"""Jira's wiki markup to Markdown: headings, lists, code, quotes, links and emphasis; the rest stays as it stands."""

import re

_CODE = re.compile(r"\{(code|noformat)(?::([^}]*))?\}(.*?)\{\1\}", re.DOTALL)
_QUOTE = re.compile(r"\{quote\}(.*?)\{quote\}", re.DOTALL)
_PANEL = re.compile(r"\{(?:panel|color|info|note|warning|tip)(?::[^}]*)?\}")
_HEADING = re.compile(r"^h([1-6])\.\s+", re.MULTILINE)
_ITEM = re.compile(r"^\s*([*#-]+)\s+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]|\n]+)\|([^\]\n]+)\]")
_BARE = re.compile(r"\[((?:https?|mailto):[^\]\s]+)\]")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_MONO = re.compile(r"\{\{([^}\n]+)\}\}")
_IMAGE = re.compile(r"!([^!\s|]+\.(?:png|jpe?g|gif|svg|webp))(?:\|[^!\n]*)?!", re.IGNORECASE)
_TABLE = re.compile(r"^\|\|(.+)\|\|\s*$", re.MULTILINE)


def markdown_of_wiki(text: str) -> str:
    """Return wiki markup as Markdown; code is kept as it stands, whatever is in it."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        language = (found[2] or "").split("|")[0].split("=")[-1].strip() if found[1] == "code" else ""
        kept.append(f"```{language}\n{found[3].strip(chr(10))}\n```")
        return f"\x00{len(kept) - 1}\x00"

    plain = _CODE.sub(keep, text.replace("\r\n", "\n").replace("\x00", ""))
    plain = _QUOTE.sub(lambda found: "\n".join(f"> {line}" for line in found[1].strip().split("\n")), plain)
    plain = _PANEL.sub("", plain)
    plain = _ITEM.sub(_item, plain)
    plain = _BOLD.sub(r"**\1**", plain)
    plain = _HEADING.sub(lambda found: "#" * int(found[1]) + " ", plain)
    plain = _IMAGE.sub("[attachment]", plain)
    plain = _BARE.sub(r"<\1>", _LINK.sub(r"[\1](\2)", plain))
    plain = _MONO.sub(r"`\1`", plain)
    plain = _TABLE.sub(_header, plain)
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], plain)


def _item(found: re.Match[str]) -> str:
    marks = found[1]
    if set(marks) == {"-"} and len(marks) > 1:
        return found[0]  # a dash or a rule
    return "  " * (len(marks) - 1) + ("1. " if marks[-1] == "#" else "- ")


def _header(found: re.Match[str]) -> str:
    cells = [cell.strip() for cell in found[1].split("||")]
    return "| " + " | ".join(cells) + " |\n|" + "---|" * len(cells)
