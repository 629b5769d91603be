"""The options that several commands share, so that they are called and explained the same everywhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from inspect import cleandoc
from pathlib import Path
from typing import Any, TypeVar

import click

from fingerpost_cli.dates import DATE
from fingerpost_cli.memory import Memory

F = TypeVar("F", bound=Callable[..., Any])
NARROWEST, WIDEST = 80, 132

history_argument = click.argument("history", metavar="HISTORY")
SEARCHED = "fingerpost.path"
"""Where a command keeps the folders that `--path` names, for whoever loads a policy."""


def _remember(context: click.Context, _: click.Parameter, folders: tuple[Path, ...]) -> None:
    context.meta[SEARCHED] = folders


path_option = click.option(
    "--path",
    multiple=True,
    expose_value=False,
    callback=_remember,
    type=click.Path(exists=True, path_type=Path),
    metavar="FOLDER",
    help="Where policies lie that others extend, besides ours and those beside them; may be said again.",
)

_policy_option = click.option(
    "-p",
    "--policy",
    "policy_name",
    metavar="P",
    default="england",
    show_default=True,
    help="A folder or file, or `england`, or `england@2022.09`.",
)


def policy_option(command: F) -> F:
    """`--policy`, and `--path` for what that policy extends."""
    return path_option(_policy_option(command))


on_option = click.option(
    "--on", type=DATE, metavar="DATE", help="The date to decide for; the last one with a mark if not given."
)
known_on_option = click.option(
    "--known-on",
    type=DATE,
    metavar="DATE",
    help="Only what was recorded by this date; everything if not given.",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write there, whole or not at all, instead of to the terminal.",
)
keep_going_option = click.option(
    "--keep-going", is_flag=True, help="Leave out rows that are wrong, say which, and evaluate the rest."
)
all_option = click.option("--all", "everything", is_flag=True, help="Everything, however long.")


def width() -> int:
    """How wide the terminal is, within what can be read; 110 where there is none."""
    return min(max(shutil.get_terminal_size((110, 24)).columns, NARROWEST), WIDEST)


def examples(*lines: str) -> Callable[[F], F]:
    """Examples below a command's help, each on a line of its own."""

    def add(command: F) -> F:
        shown = "\n".join(f"  {line}" for line in lines)
        command.__doc__ = f"{cleandoc(command.__doc__ or '')}\n\n\b\nExamples:\n{shown}"
        return command

    return add


def work_options(command: F) -> F:
    """`--threads`, `--memory` and `--resume`: how tables of very many pupils are made."""
    threads = click.option(
        "--threads",
        type=click.IntRange(1, 256),
        default=os.cpu_count() or 1,
        show_default="one for each processor",
        help="With Parquet or Arrow: how many batches are worked on at once.",
    )
    memory = click.option(
        "--memory", type=Memory(), help="With Parquet or Arrow: the most it may take, such as 4GiB."
    )
    resume = click.option(
        "--resume", is_flag=True, help="With Parquet or Arrow: go on with what was interrupted."
    )
    return threads(memory(resume(command)))
