"""Office files are zips: without the moment at which each part was packed, equal files are equal bytes."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def settled(packed: bytes) -> bytes:
    """The same parts in the same order, all packed at one time."""
    again = BytesIO()
    with ZipFile(BytesIO(packed)) as before, ZipFile(again, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = ZipInfo(name, date_time=_LONG_AGO)
            part.compress_type = ZIP_DEFLATED
            after.writestr(part, before.read(name))
    return again.getvalue()
