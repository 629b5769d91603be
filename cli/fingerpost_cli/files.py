"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from fingerpost_cli.failures import unusable


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the target and move it there, so that nobody ever sees half a file.

    Raises an error of use, with the reason, if it cannot be written; the old file is then as it was.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise unusable(f"Cannot write {path}: {error.strerror or error}.") from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def put(content: str, output: Path | None) -> None:
    """To a file, or to standard output."""
    if output is None:
        click.echo(content, nl=False)
    else:
        write_whole(output, content)
        click.echo(f"Wrote {output}.", err=True)
