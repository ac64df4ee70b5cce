"""The text that people review, from facts alone: asked, changed, measured, noticed, made, and how to check it."""

import re
from collections.abc import Iterator

from journeyman.domain.attempt import Attempt
from journeyman.domain.delivery import marker
from journeyman.domain.spec import Spec
from journeyman.stages.propose.evidence import Evidence, Facts
from journeyman.stages.propose.measured import coverage_section, findings_section, names, tests_section
from journeyman.stages.propose.reviewed import reviewer_section
from journeyman.stages.propose.tame import code, prose, quoted

MOST_CHARACTERS = 60_000
"""GitHub refuses a text of more than 65,536; every part is bounded so that all of them stay below this."""
_ADDRESS = re.compile(r"https://[a-z0-9.-]+(?::\d+)?/[\w./~%?&=#+-]{1,300}", re.ASCII | re.IGNORECASE)
_MOST_INTENT = 6_000
_MOST_WORDS = 1_500
_MOST_PATHS = 100
_MOST_SNIPPETS = 20


def describe(attempt: Attempt, evidence: Evidence, facts: Facts) -> str:
    """Return the pull request's text, Markdown."""
    sections = (
        _asked(evidence.spec, facts),
        _changed(attempt, evidence.spec, facts),
        f"{tests_section(facts, evidence)}\n\n{_cite(facts.measured_at, facts.verified_at)}",
        coverage_section(facts),
        findings_section(facts),
        reviewer_section(evidence.records),
        "\n".join(("## How it was made", "", *_made(facts))),
        "\n".join(("## How to check it yourself", "", *_checked(evidence, facts))),
    )
    return "\n\n".join(section for section in (*sections, marker(evidence.run)) if section) + "\n"


def _asked(spec: Spec, facts: Facts) -> str:
    said = quoted(spec.intent, most_characters=_MOST_INTENT)
    author = f", written by {code(spec.source.author)} ({spec.source.trust.value})" if spec.source.author else ""
    # The one link in the text: where the source says that people look at it, if that is nothing but an address.
    place = f" ([look at it]({spec.source.uri}))" if _ADDRESS.fullmatch(spec.source.uri) else ""
    source = f"Spec {code(spec.source.locator)}{place}, digest `{spec.digest[:16]}`{author}. {_cite(facts.ingested_at)}"
    return "\n\n".join(part for part in ("## What was asked", said, source) if part)


def _changed(attempt: Attempt, spec: Spec, facts: Facts) -> str:
    changes = attempt.candidate.changes
    lines = [
        f"- {code(change.path)}{' (removed)' if change.content is None else ''}" for change in changes[:_MOST_PATHS]
    ]
    if len(changes) > _MOST_PATHS:
        lines.append(f"- and {len(changes) - _MOST_PATHS} more files")
    lines += [f"- {code(test.path)} (a test of the spec, laid over as it was given)" for test in spec.oracle_tests]
    words = quoted(facts.words, most_characters=_MOST_WORDS)
    why = f"Why, in the words of {code(facts.words_by)}; nobody checked them. {_cite(facts.words_at)}\n\n{words}"
    return "\n\n".join(("## What changes", "\n".join(lines), *([why] if words else [])))


def _made(facts: Facts) -> Iterator[str]:
    usage = facts.usage
    cost = "price unknown" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
    yield f"- Model as served: {names(facts.models) or 'none'}, asked for as {code(facts.started.model)}"
    yield f"- {len(facts.calls)} attempts, {facts.accepted} accepted by the judge"
    yield f"- {usage.input_tokens:,} tokens in ({usage.cached_tokens:,} cached), {usage.output_tokens:,} out, {cost}"
    yield f"- {facts.elapsed_s:.0f} seconds, with Journeyman {prose(facts.started.version)}"
    if facts.sandbox:
        yield f"- Tests ran in: {prose(facts.sandbox)}"
    if facts.context is not None:
        shown = [
            f"{part.path}:{part.start_line}-{part.end_line} ({part.retriever} {part.score:.2f})"
            for part in facts.context.snippets
        ]
        found = names(shown, limit=_MOST_SNIPPETS) or "none"
        yield f"- Context shown to the model: {found}. {_cite(facts.context_at)}"


def _checked(evidence: Evidence, facts: Facts) -> Iterator[str]:
    run, base = evidence.run, facts.started.base
    yield "In a clone that has the branch, and where the run's log is kept:"
    yield ""
    yield "```sh"
    yield f"journeyman judge --base {base} --head journeyman/{run}   # judges it anew; must say accepted"
    yield f"journeyman log verify {run} --repo .   # proves the log against the commit's trailer"
    yield f"journeyman runs show {run} --diff   # every attempt, also the refused ones"
    yield "```"


def _cite(*sequences: int) -> str:
    numbers = " and ".join(str(number) for number in sequences)
    return f"*({'record' if len(sequences) == 1 else 'records'} {numbers} of the log)*"
