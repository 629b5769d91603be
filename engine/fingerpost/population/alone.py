"""One run at a time: a lock on a file, which ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class Held:
    """A file that nobody else holds, until it is let go, or is no longer wanted."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def let_go(self) -> None:
        """Others may hold it now; once is enough."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        self.let_go()


def hold(path: Path) -> Held | None:
    """The file, held; None if another process holds it. Raises OSError.

    Processes that are forked from this one do not hold it. Windows, where nothing is forked and no file that
    is open is removed, has no such lock: there it is not looked at who else has the file open.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        held = Held(descriptor)
        if not _lock(descriptor):
            return None
        if _is_still_there(descriptor, path):
            return held
        # Whoever held it was done, and took it away.


def _lock(descriptor: int) -> bool:
    if sys.platform != "win32":
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
    return True


def _is_still_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
