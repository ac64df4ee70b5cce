"""`journeyman init`: look at the repository and write a commented journeyman.toml."""

from pathlib import Path

import click

from journeyman.cli.detect import Findings, detect
from journeyman.domain.errors import UserError
from journeyman.settings import FILE_NAME, load_settings

_TEMPLATE = """\
# Journeyman's settings for this repository. They are read from the base commit of a run, so commit
# this file; what a candidate writes into its own copy decides nothing. Every line is optional.

[model]
name = "{model}"            # scheme:name; `journeyman model list` shows the local ones
# base_url = "http://127.0.0.1:8000/v1"   # of an openai-compatible: server
# api_key_env = "OPENAI_API_KEY"          # which environment variable holds its key

[run]
candidates = 4              # lineages in flight at once
attempts = 24               # most answers of the model in one run
wall_time_s = 1800.0        # most seconds of one run
# tokens = 500000           # most tokens, in and out
# cost_usd = 2.50           # most US dollars; a model without a known price is then refused

[judge]
runner = "auto"             # here: {runner}
{python}
{test_paths}
{product_paths}
# protected_paths = ["migrations/**"]     # only a person may touch these, beside the built-in ones
wall_time_s = 600.0         # of one run of the tests
memory_mb = 2048
"""


@click.command(short_help="Write a journeyman.toml for the repository here.")
@click.option("--repo", default=".", show_default=True, type=click.Path(path_type=Path), help="The repository.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init(*, repo: Path, force: bool) -> None:
    """Detect language, test command and layout, and write a commented journeyman.toml."""
    target = repo / FILE_NAME
    if target.exists() and not force:
        raise UserError(f"{target} exists", remedy="Edit it, or replace it with --force.")
    found = detect(repo)
    text = render(found)
    load_settings(text)
    target.write_text(text, "utf-8")
    for line in found.notes:
        click.echo(line)
    click.echo(f"Wrote {target}. Commit it: settings are read from the base commit of a run.")


def render(found: Findings) -> str:
    """Return the text of a journeyman.toml for what was found."""
    model = load_settings("", environment={}).model.name
    python = f'python = "{found.python}"' if found.python else '# python = ".venv/bin/python"   # runs the tests'
    return _TEMPLATE.format(
        model=model,
        runner=found.notes[0].partition("tests: ")[2].partition(" in ")[0],
        python=python,
        test_paths=_list("test_paths", found.test_paths, "what the runner is given; empty: its own configuration"),
        product_paths=_list("product_paths", found.product_paths, "where a candidate may write"),
    )


def _list(key: str, values: tuple[str, ...], comment: str) -> str:
    shown = ", ".join(f'"{value}"' for value in values)
    return f"{'' if values else '# '}{key} = [{shown}]    # {comment}"
