"""The `fingerpost` command: a group whose commands are imported only when they are asked for.

`fingerpost --help` has to be quick, so this file imports nothing of Fingerpost: each command is a name, a
line of help and the module that holds it. Whatever goes wrong ends in one clear sentence; only a mistake of
ours says that it is one.
"""

from __future__ import annotations

import gc
import io
import sys
from importlib import import_module
from typing import NoReturn

import click

COMMANDS = {
    "demo": "A made-up school, its work list, one pupil explained, one pathway drawn.",
    "policies": "List the policies that come with Fingerpost.",
    "check": "Check policies, and say what is wrong and what to do about it.",
    "format": "Lay out policy files in their one canonical form.",
    "convert": "Turn a policy file into YAML, or YAML into a policy file.",
    "test": "Run the tests that stand in the policies.",
    "coverage": "List what the sources ask, of whom, and where the policy says it.",
    "evaluate": "Turn registers into the work list of a day.",
    "explain": "Say why, why not, what next and what to find out.",
    "timeline": "Show a pupil's year: tiers, triggers, what entered and left.",
    "compare": "Say what changed between two policies, and which pupils move.",
    "simulate": "Say what a policy would do to made-up pupils, or to your own.",
    "replay": "Prove a decision again from its record.",
    "draw": "Draw pathways, tiers, who does what, one pupil, a difference.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name, and imports one when it is run or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first acquaintance."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"fingerpost_cli.commands.{cmd_name}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a guess for a misspelt command."""
        name = args[0] if args else ""
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            guess = f" Did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"There is no command `{name}`.{guess}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. Whoever reads its output may leave; click would end with 1, which says findings."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _hush()
            ctx.exit(0)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: fingerpost demo",
)
@click.version_option(package_name="fingerpost", prog_name="fingerpost")
def fingerpost() -> None:
    """Policy as code for school attendance: from registers to a list of what to do next, and why.

    P, wherever a policy is asked for, is a folder or file, or `england` (the edition in force on the date),
    or `england@2022.09`. Nothing you give leaves this machine.
    """


def main() -> NoReturn:
    """Run the command. Exits with 0 if all is well, 1 with findings, 2 for wrong use or unreadable input."""
    _speak_utf8()
    gc.set_threshold(100_000, 20, 50)  # a policy is read, used and stays: there is little garbage to look for
    try:
        code = fingerpost.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.message = _printable(error.message)  # type: ignore[misc]  # final for those that derive from it
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _hush()
        sys.exit(0)
    except OSError as error:
        what = f"Cannot use {error.filename}" if error.filename else "Cannot write"
        click.echo(f"Error: {_printable(what)}: {error.strerror or error}.", err=True)
        if not error.filename:
            _hush()
        sys.exit(2)
    except Exception as error:
        from fingerpost_cli.failures import our_mistake

        click.echo(our_mistake(error), err=True)
        sys.exit(70)
    sys.exit(code if isinstance(code, int) else 0)


def _speak_utf8() -> None:
    """Write UTF-8 wherever the output goes, so that a school's name never stops a list.

    And write all of it: without a buffer (PYTHONUNBUFFERED) Python leaves off where a disk is full, and says
    nothing.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and isinstance(sys.stdout.buffer, io.RawIOBase):
        raw = sys.stdout.detach()
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), line_buffering=True)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _printable(said: str) -> str:
    """Without what a terminal would obey, since it may quote what was typed, or the name of a file."""
    from fingerpost_dsl.report import printable

    return "\n".join(map(printable, said.split("\n")))


def _hush() -> None:
    """Whoever read our output has gone; do not complain while closing."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
