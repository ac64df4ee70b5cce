"""`journeyman sandbox`: run a command where untrusted code runs, copy out what it left, prove what holds."""

from pathlib import Path

import click

from journeyman.cli.exit_codes import ExitCode, ending_code
from journeyman.domain.errors import UserError

_MIB = 2**20


@click.group()
def sandbox() -> None:
    """Run commands in the sandbox, copy out what they left, check that it holds."""


@sandbox.command()
@click.option("--driver", default="", help="Which sandbox, written as [sandbox] driver is.  [default: auto]")
@click.option("--workspace", default=".", show_default=True, type=click.Path(path_type=Path), help="Shown as /work.")
@click.option("--timeout-s", default=600.0, show_default=True, type=click.FloatRange(0, min_open=True))
@click.option("--cpu-s", type=click.FloatRange(0, min_open=True), help="CPU time of all processes together.")
@click.option("--memory-mb", default=2048, show_default=True, type=click.IntRange(8), help="All processes together.")
@click.option("--pids", default=256, show_default=True, type=click.IntRange(1), help="Processes and threads.")
@click.option("--disk-mb", default=2048, show_default=True, type=click.IntRange(1), help="Written in all.")
@click.option("--output-mb", default=8, show_default=True, type=click.IntRange(1), help="stdout and stderr together.")
@click.option("--mount", multiple=True, type=click.Path(path_type=Path), help="A toolchain to show, read-only.")
@click.option("--net", default="none", show_default=True, help="`none`, or `allow:HOST,...` over HTTPS alone.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the output.")
@click.argument("argv", metavar="-- CMD...", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def run(
    ctx: click.Context,
    /,
    argv: tuple[str, ...],
    *,
    driver: str,
    workspace: Path,
    timeout_s: float,
    cpu_s: float | None,
    memory_mb: int,
    pids: int,
    disk_mb: int,
    output_mb: int,
    mount: tuple[Path, ...],
    net: str,
    as_json: bool,
) -> None:
    """Run a command over a directory exactly as untrusted code is run, and leave what it left.

    Its stdout and stderr come on stdout, how it ended on stderr. The exit code is its own; other endings
    have their own codes (docs/reference/sandbox.md).
    """
    from journeyman.cli.output import json_out
    from journeyman.cli.sandboxed import described, ending_line, network_of, remarks, run_command
    from journeyman.domain.command import Command, Limits

    limits = Limits(
        wall_time_s=timeout_s,
        cpu_time_s=cpu_s,
        memory_bytes=memory_mb * _MIB,
        processes=pids,
        disk_bytes=disk_mb * _MIB,
        # A little more: the sum is what says that it was too much.
        file_size_bytes=disk_mb * _MIB * 5 // 4 + _MIB,
        output_bytes=output_mb * _MIB,
    )
    command = Command(argv=argv, workspace=workspace, limits=limits, network=network_of(net))
    ran = run_command(command, driver=driver, shown=mount, echo=not as_json)
    if as_json:
        json_out(described(ran))
    click.echo(ending_line(ran), err=True)
    for line in remarks(ran):
        click.echo(line, err=True)
    ctx.exit(ending_code(ran.result))


@sandbox.command()
@click.option("--workspace", required=True, type=click.Path(path_type=Path), help="What a command left.")
@click.option("--into", required=True, type=click.Path(path_type=Path), help="A new or an empty directory.")
@click.option("--strict", is_flag=True, help="Copy nothing when anything would have to be left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def collect(workspace: Path, into: Path, *, strict: bool, as_json: bool) -> None:
    """Copy what a command left in a directory, without what must not be read.

    No symlink, device, pipe, hard link, git metadata or misleading name comes along; what stays behind is said.
    """
    from journeyman.cli.output import json_out
    from journeyman.repository.copy_out import copy_out

    copied = copy_out(workspace, into, strict=strict)
    if as_json:
        json_out({"files": copied.files, "size_bytes": copied.size_bytes, "left_out": list(copied.left_out)})
        return
    click.echo(f"{copied.files} files, {copied.size_bytes:,} bytes in {into}")
    for reason in copied.left_out:
        # Names were chosen by untrusted code: no control character reaches a terminal.
        click.echo(f"left out  {ascii(reason)[1:-1]}", err=True)


@sandbox.command()
@click.option("--driver", default="", help="Which sandbox, written as [sandbox] driver is.  [default: auto]")
@click.option("--only", default="", help="Points whose name or class holds this.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(ctx: click.Context, /, *, driver: str, only: str, as_json: bool) -> None:
    """Attack the sandbox of this machine, point by point, and say what is contained."""
    from journeyman.cli.checked import check_sandbox
    from journeyman.cli.output import json_out, plain

    def say(line: str) -> None:
        if not as_json:
            click.echo(line)

    checked = check_sandbox(driver=driver, only=only, say=say)
    if not checked.points:
        raise UserError(f"no point has {only!r} in its name", remedy="Leave --only out to see them all.")
    if as_json:
        json_out(plain(checked))
    failed = sum(not point.holds for point in checked.points)
    say(f"{len(checked.points)} points, {len(checked.points) - failed} hold, {failed} do not")
    for weakness in checked.weaker:
        say(f"weaker  {weakness}")
    ctx.exit(0 if checked.holds else ExitCode.UNCONTAINED)
