"""What is doubtful about a spec: W01-W11, each a pure function that yields (what is wrong, where)."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from journeyman.domain.document import NOWHERE, Span
from journeyman.domain.requirement import Modality, Operation, Requirement
from journeyman.domain.spec import Spec

Found = Iterator[tuple[str, Span]]

_MOST_DELTAS = 10
_MOST_CHARACTERS = 500
_VAGUE = re.compile(
    r"\b(fast(?:er)?|quick(?:ly)?|slow(?:ly)?|easy|easily|simple|simply|robust(?:ly)?|"
    r"user[- ]friendly|intuitive(?:ly)?|appropriate(?:ly)?|adequate(?:ly)?|reasonabl[ey]|"
    r"efficient(?:ly)?|flexible|scalable|seamless(?:ly)?|"
    r"as needed|if possible|where applicable|etc\.?|and/or|and so on|some|several|various|support(?:s)?)(?!\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_OBLIGATION = re.compile(r"\b(?:SHALL|MUST)\b")
_PATTERN = re.compile(
    r"^(?i:(?:when|while|where|if|upon|after|before|during)\b.*?,?\s+)?(?i:then\s+)?"
    r"(?:(?i:the|a|an|each|every|all|no|users?)\b|[A-Z`*]\S*).*?\b(?i:shall|must)\b",
    re.DOTALL,
)
_UNWANTED = re.compile(
    r"\b(errors?|invalid|fail(?:s|ed|ure)?|reject(?:s|ed)?|refus(?:e|es|ed)|missing|denied|unauthori[sz]ed|forbidden|"
    r"not found|empty|unknown|timeouts?|exceptions?|rais(?:e|es|ed)|malformed|conflict|4\d\d|5\d\d|"
    r"wrong|bad|without|no|not|cannot|never|if\b.*\bthen)\b",
    re.IGNORECASE,
)
_DESIGN = re.compile(r"\b(?:[A-Z][a-z0-9]+){2,}\b|\b[a-z]+_[a-z_]+\(|\b(?:Redis|Kafka|PostgreSQL|React|Django|Flask)\b")
_NAMES = frozenset(
    {"GitHub", "GitLab", "JavaScript", "TypeScript", "OpenSpec", "OpenAPI", "PowerShell", "YouTube", "MacOS"}
)
_PASSIVE = re.compile(r"\b(?:shall|must)\s+(?:not\s+)?be\s+\w+(?:ed|en|own|ade|ept)\b(?!.*\bby\b)", re.IGNORECASE)
_ORDERS = re.compile(
    r"ignore (?:all |any )?(?:the )?(?:previous|above|prior|earlier)|disregard (?:all|any|the|your|previous)|"
    r"\bsystem prompt\b|you are (?:now )?(?:an?|the) (?:assistant|ai|agent|model)|do not (?:tell|inform|mention) |"
    r"new instructions|<\|im_start\|>|\bBEGIN SYSTEM\b",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}|\bglpat-[\w-]{20,}|\bsk-[A-Za-z0-9_-]{20,}|"
    r"\bxox[abpr]-[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"
)


def no_strength(spec: Spec) -> Found:
    """W01."""
    for item in _stating(spec):
        if item.modality is not Modality.MUST or not _OBLIGATION.search(item.text):
            yield f"`{_name(item)}` says neither SHALL nor MUST", item.span


def many_obligations(spec: Spec) -> Found:
    """W02."""
    for item in _stating(spec):
        count = len(_OBLIGATION.findall(_prose(item.text)))
        if count > 1:
            yield f"`{_name(item)}` obliges {count} times", item.span


def vague_words(spec: Spec) -> Found:
    """W03; a word is not vague where a number stands beside it in the sentence."""
    for item in _stating(spec):
        for sentence in re.split(r"(?<=[.!?])\s+|\n", _prose(item.text)):
            word = _VAGUE.search(sentence)
            if word and not _NUMBER.search(sentence):
                yield f"`{_name(item)}` says `{word[0]}`", item.span
                break


def no_pattern(spec: Spec) -> Found:
    """W04."""
    for item in _stating(spec):
        if item.modality is Modality.MUST and not _PATTERN.match(_prose(item.text).strip()):
            yield f"`{_name(item)}` is no sentence of the EARS patterns", item.span


def no_unwanted_case(spec: Spec) -> Found:
    """W05."""
    if spec.criteria and not any(_UNWANTED.search(f"{item.name} {item.text}") for item in spec.criteria):
        yield "no criterion says what happens when something goes wrong", NOWHERE


def no_limits(spec: Spec) -> Found:
    """W06."""
    if not any(note.about == "non-goal" for note in spec.notes):
        yield "it does not say what is not wanted", NOWHERE


def too_large(spec: Spec) -> Found:
    """W07."""
    deltas = sum(item.operation is not Operation.NONE for item in spec.requirements)
    if deltas > _MOST_DELTAS:
        yield f"it holds {deltas} deltas; {_MOST_DELTAS} are easily reviewed", NOWHERE
    for item in spec.requirements:
        if item.operation is not Operation.NONE and len(item.text) > _MOST_CHARACTERS:
            yield f"`{_name(item)}` has {len(item.text)} characters; {_MOST_CHARACTERS} is a lot", item.span


def design_in_requirement(spec: Spec) -> Found:
    """W08."""
    for item in _stating(spec):
        found = next((word[0] for word in _DESIGN.finditer(_prose(item.text)) if word[0] not in _NAMES), "")
        if found:
            yield f"`{_name(item)}` names `{found}`", item.span


def nobody_acts(spec: Spec) -> Found:
    """W09."""
    for item in _stating(spec):
        if _PASSIVE.search(_prose(item.text)):
            yield f"`{_name(item)}` does not say who does it", item.span


def echo(spec: Spec) -> Found:
    """W10."""
    texts = {item.id: _plain(item.text) for item in spec.requirements if item.operation is not Operation.NONE}
    for criterion in spec.criteria:
        said = _plain(" ".join(criterion.then) or criterion.text)
        for requirement in criterion.requirements:
            text = texts.get(requirement, "")
            if text and said and len(said) < 2 * len(text) and SequenceMatcher(None, said, text).ratio() > 0.9:
                yield f"`{criterion.name or criterion.id}` only repeats its requirement", criterion.span


def suspicious_text(spec: Spec) -> Found:
    """W11."""
    for document in spec.documents:
        for number, line in enumerate(document.text.split("\n"), start=1):
            span = Span(path=document.path, start_line=number, end_line=number)
            if _SECRET.search(line):
                yield "a line looks as if it holds a secret", span
            elif order := _ORDERS.search(line):
                yield f"a line gives orders to its reader: `{order[0]}`", span
        for item in document.hidden:
            if item.kind not in ("image", "unused-link"):
                span = Span(path=document.path, start_line=item.line, end_line=item.line)
                yield f"it hid a {item.kind}: {item.text[:120]}", span


def _stating(spec: Spec) -> Iterator[Requirement]:
    for item in spec.requirements:
        if item.text and item.operation not in (Operation.REMOVE, Operation.RENAME):
            yield item


def _name(item: Requirement) -> str:
    return item.name or item.id


def _prose(text: str) -> str:
    return _CODE.sub("", text)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
