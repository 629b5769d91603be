"""Files that appear whole or not at all: written beside their place, and moved there when complete."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fingerpost.history import History
from fingerpost.writers.document import to_json
from fingerpost.writers.tables import to_tables


def write_whole(path: Path, content: str | bytes | Iterable[bytes]) -> None:
    """Writes a file, in UTF-8 if it is text; an older one is replaced only by a complete one.

    What is given in pieces is never in memory as a whole.

    The older one's permissions are kept, and a link stays a link. What is no file (a terminal, a pipe) is
    written to and not replaced. Raises `OSError` if the place cannot be written to; then nothing has changed.
    """
    data = content.encode() if isinstance(content, str) else content
    pieces = (data,) if isinstance(data, bytes) else data
    there = path.stat().st_mode if path.exists() else None
    if there is not None and not stat.S_ISREG(there) and not stat.S_ISDIR(there):
        with path.open("wb") as file:  # by the name it was given: /dev/stdout leads to none
            file.writelines(pieces)
        return
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(permissions(path))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(history: History, path: Path) -> None:
    """A history as one JSON document."""
    write_whole(path, to_json(history))


def write_folder(history: History, folder: Path) -> None:
    """A history as a folder of tables, which may not exist yet or must be empty.

    Raises `FileExistsError` if there is something in it, and `OSError` if it cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"`{folder}` is there already, and not empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in to_tables(history).items():
            (beside / name).write_text(text, encoding="utf-8", newline="")
        beside.chmod(0o777 & ~_umask())
        beside.replace(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def permissions(path: Path) -> int:
    """With which permissions a file appears: those of the older one, or as files are usually made."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()


def _umask() -> int:
    """The mask with which files are usually made; temporary ones are made for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
