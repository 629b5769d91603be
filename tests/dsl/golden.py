"""Golden files: input, command and output on one Markdown page, which reads as a page of the manual.

    ```policy
    role school
    ```

    ```console
    $ fingerpost check school.policy
    error[E0112]: …
    ```

`assert_golden(path, run)` gives each `policy` block to `run` and compares what it returns with what stands
under the command. `UPDATE_GOLDEN=1 pytest …` rewrites the page instead; a reviewer reads the difference.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

_CASE = re.compile(
    r"(?P<head>```policy\n(?P<input>.*?)```\n\n```console\n(?P<command>\$ [^\n]*\n))(?P<output>.*?)```",
    re.DOTALL,
)

Run = Callable[[str, str], str]
"""From an input and a command to the output."""


def assert_golden(path: Path, run: Run) -> None:
    """Run every case of a page."""
    page = path.read_text(encoding="utf-8")
    assert _CASE.search(page), f"{path.name} has no case"

    def rerun(match: re.Match[str]) -> str:
        output = run(match["input"], match["command"].removeprefix("$ ").strip())
        return f"{match['head']}{output.rstrip()}\n```"

    actual = _CASE.sub(rerun, page)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(actual, encoding="utf-8")
        return
    assert actual == page, f"{path.name}: run again with UPDATE_GOLDEN=1 and read the difference"
