"""Golden pages: commands and what they print, on one Markdown page that reads as a page of the manual.

    ```console
    $ fingerpost explain school.json --pupil P0412 --for parent
    Your child has missed …
    ```

Every command is run anew and compared. `UPDATE_GOLDEN=1 pytest …` rewrites the page instead; a reviewer
reads the difference. Digests, which change with every word of a policy, are shown as `…`.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

_CASE = re.compile(r"(?P<head>```console\n\$ fingerpost (?P<command>[^\n]*)\n)(?P<output>.*?)```", re.DOTALL)
_RECORD = re.compile(r"Record [0-9a-f]{4}….*?fingerpost\s+replay", re.DOTALL)


def assert_golden(path: Path, run: Callable[[list[str]], str]) -> None:
    """Run every command of a page."""
    page = path.read_text(encoding="utf-8")
    assert _CASE.search(page), f"{path.name} has no command"

    def again(match: re.Match[str]) -> str:
        output = _RECORD.sub("Record …", run(shlex.split(match["command"])))
        return f"{match['head']}{output.rstrip()}\n```"

    actual = _CASE.sub(again, page)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(actual, encoding="utf-8")
        return
    assert actual == page, f"{path.name}: run again with UPDATE_GOLDEN=1 and read the difference"
