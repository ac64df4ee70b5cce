"""The root command: finds a subcommand by name, turns errors into messages and exit codes."""

import importlib
import os
import sys
import traceback

import click

from journeyman import __version__
from journeyman.cli.exit_codes import ExitCode
from journeyman.domain.errors import DeniedError, JourneymanError, UserError

_COMMANDS = {
    "demo": "See it work: a spec is carried to a judged commit on a bundled project.",
    "init": "Write a journeyman.toml for the repository here.",
    "spec": "Show a spec, check whether it is ready, take it into the repository.",
    "run": "Carry a spec to a reviewed pull request.",
    "deliver": "Publish what the judge accepted in a run: a branch and a pull request.",
    "judge": "Judge what one commit changes of another, whoever wrote it.",
    "ci": "Start, hear and repair the CI of a delivered run; deploy what a person merged.",
    "runs": "List, show and watch runs.",
    "log": "Prove the event log of a run.",
    "sandbox": "Run a command where untrusted code runs; prove that it holds.",
    "index": "Build, search and measure the index of a codebase.",
    "model": "Check whether models answer; list, fetch and serve local ones.",
    "doctor": "Say what is missing on this machine and how to mend it.",
}
_ALIASES = {"models": "model"}


class _LazyGroup(click.Group):
    """Imports a subcommand only when it is called, so that `--help` costs next to nothing."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        cmd_name = _ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"journeyman.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader of our output went away: nobody is left to tell. Caught here, since click would exit with 1.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(ExitCode.INTERRUPTED) from None
        return done

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="journeyman")
def root() -> None:
    """Write the spec. Journeyman does the work, proves it, and earns its autonomy."""


def main() -> None:
    """Run the command line and leave with a documented exit code (see docs/reference/exit-codes.md)."""
    try:
        status = root.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("\nStopped.", err=True)
        status = ExitCode.INTERRUPTED
    except click.exceptions.Exit as leaving:
        status = leaving.exit_code
    except click.ClickException as error:
        error.show()
        status = ExitCode.USAGE
    except JourneymanError as error:
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {error}", err=True)
        status = exit_code_of(error)
    except Exception:  # noqa: BLE001 # the edge of the process: a fault of ours has its own exit code
        traceback.print_exc()
        status = ExitCode.INTERNAL
    sys.exit(status if isinstance(status, int) else 0)


def exit_code_of(error: JourneymanError) -> ExitCode:
    """Return the exit code for an error, by who must act."""
    match error:
        case UserError():
            return ExitCode.USAGE
        case DeniedError():
            return ExitCode.ESCALATED
        case _:
            return ExitCode.INTERNAL
