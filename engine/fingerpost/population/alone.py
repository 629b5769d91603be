"""One run at a time: a lock on a file, which ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl


def hold(path: Path) -> BinaryIO | None:
    """The file, held until it is closed; None if another process holds it. Raises OSError.

    Processes that are forked from this one do not hold it. Windows, where nothing is forked and no file that
    is open is removed, has no such lock: there it is not looked at who else has the file open.
    """
    while True:
        file = path.open("ab")
        if not _lock(file):
            file.close()
            return None
        if _is_still_there(file, path):
            return file
        file.close()  # whoever held it was done, and took it away


def _lock(file: BinaryIO) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _is_still_there(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
