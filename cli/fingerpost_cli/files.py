"""Writing files whole or not at all, and never over what was read.

The engine is imported where it is needed: checking and formatting a policy does without it.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import click

from fingerpost_cli.failures import unusable
from fingerpost_dsl.report import printable
from fingerpost_dsl.spellings import SUFFIXES


def write_whole(path: Path, content: str | bytes | Iterable[bytes]) -> None:
    """Write beside the target and move it there, so that nobody ever sees half a file.

    Raises an error of use, with the reason, if it cannot be written; the old file is then as it was.
    """
    from fingerpost import writers

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writers.write_whole(path, content)
    except BrokenPipeError:
        raise  # it was a pipe, and whoever read it has what was wanted
    except OSError as error:
        raise unusable(f"Cannot write {path}: {error.strerror or error}.") from error


def keep_apart(output: Path | None, *inputs: str) -> None:
    """An error of use if the output would take the place of something that is read."""
    if output is None:
        return
    target = output.resolve()
    for path in (Path(name) for name in inputs if name != "-"):
        own = path.resolve()
        is_policy = target.suffix in SUFFIXES and target.is_relative_to(own)
        in_table = any(target != one and target.is_relative_to(one) for one in _tables_in(path))
        if in_table or (target.exists() and (target == own or is_policy or target in _tables_in(path))):
            raise unusable(f"{output} is part of what is read; give another name to -o.")


_ENDINGS = {f".{one}": one for one in ("csv", "json", "parquet", "arrow", "html", "xlsx")} | {".htm": "html"}
"""Endings by which people and programs open a file, and the format that they look for in it."""
_OF_LISTS = {"text": ".txt", "table": ".txt", "markdown": ".md"}
"""What to call a file in a format that is not itself an ending."""


def keep_to_name(output: Path | None, format: str, there_are: Collection[str]) -> None:
    """An error of use if the output's name ends as that of another format than is written.

    `there_are` are the formats in which the same can be had.
    """
    if output is None:
        return
    ending = output.suffix.lower()
    meant = _ENDINGS.get(ending)
    if meant is None or meant == format:
        return
    other = f"such as `{output.with_suffix(_OF_LISTS.get(format, f'.{format}'))}`"
    advice = f"give another name, {other}"
    if meant in there_are:
        advice = f"give --format {meant}, or another name, {other}"
    raise unusable(f"{output} ends in `{ending}`, but --format {format} is written: {advice}.")


def _tables_in(folder: Path) -> set[Path]:
    """The tables and other files of a folder that may be read in it, wherever links lead."""
    from fingerpost.readers.folder import OTHER_FILES, TABLES, forms_of
    from fingerpost.readers.read import mapped_files

    if not folder.is_dir():
        return set()
    named = [folder / form for name in (*TABLES, *OTHER_FILES) for form in forms_of(name)]
    return {path.resolve() for path in (*named, *mapped_files(folder))}


def put(content: str | Iterable[bytes], output: Path | None) -> None:
    """Text, or UTF-8 in pieces, to a file, or to standard output."""
    if output is not None:
        write_whole(output, content)
        click.echo(f"Wrote {printable(str(output))}.", err=True)
        return
    if not isinstance(content, str):
        content = b"".join(content).decode()
    if sys.stdout is not None and sys.stdout.isatty():
        click.echo("\n".join(map(printable, content.split("\n"))), nl=False)
    else:
        click.echo(content, nl=False)


@contextmanager
def set_aside(output: Path | None) -> Iterator[BinaryIO]:
    """Room for what will be put to `output` in another order: a file without a name, on the same disk.

    In memory where the output is no file of its own: a terminal, a pipe.
    """
    if output is None or (output.exists() and not output.is_file()):
        yield BytesIO()
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=output.parent) as file:
            yield file
    except OSError as error:
        raise unusable(f"Cannot write {output}: {error.strerror or error}.") from error
