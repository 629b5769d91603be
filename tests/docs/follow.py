"""Follows a page of the manual word for word: files are saved, commands typed, and what they print compared.

The blocks of such a page, in their order:

* `file NAME`: the whole of a file, saved over what is there.
* `add NAME`: what is added at the end of a file.
* `change NAME`: two lines; the first stands once in the file, and the second takes its place.
* `terminal`: commands after `$`, each with all that it prints. `terminal 1`: they end with that code.
  A line that is only `…` stands for any lines left out, `…` inside a line for any part of one.
* `terminal install`: commands that install Fingerpost, run only by whoever asks for it.
* `part NAME`: lines that stand together in a file.

Nothing else is done: what a page does not say, does not happen.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.manual import Block, blocks, title

SORTS = ("file", "add", "change", "terminal", "part")

_COMMAND = re.compile(r"^\$ (?P<command>[^\n]*)\n(?P<shown>(?:(?!\$ )[^\n]*\n)*)", re.MULTILINE)


class NotAsShownError(AssertionError):
    """What happened is not what the page says."""


@dataclass
class Reader:
    """Somebody who sits before an empty folder, with the page beside it."""

    page: Path
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    installs: bool = False

    def follow(self) -> None:
        """Does what the page says, from top to bottom."""
        for block in blocks(self.page):
            if block.sort in SORTS:
                self._do(block)

    def _do(self, block: Block) -> None:
        where = f"{title(self.page)}:{block.line}"
        match block.sort:
            case "file":
                self._write(block.word, block.text)
            case "add":
                self._write(block.word, self._read(block.word) + block.text)
            case "change":
                before, after = block.text.splitlines()
                text = self._read(block.word)
                if text.count(f"{before}\n") != 1:
                    raise NotAsShownError(f"{where}: `{before}` does not stand once in {block.word}")
                self._write(block.word, text.replace(before, after))
            case "part":
                if re.search(_pattern(block.text), f"\n{self._read(block.word)}") is None:
                    raise NotAsShownError(f"{where}: this does not stand in {block.word}:\n{block.text}")
            case "terminal" if block.word != "install" or self.installs:
                code = int(block.word) if block.word.isdigit() else 0
                for command, shown in commands(block):
                    self._type(command, shown, code, where)
            case _:
                pass

    def _type(self, command: str, shown: str, code: int, where: str) -> None:
        if command.startswith("cd "):
            self.folder = (self.folder / command.removeprefix("cd ")).resolve(strict=True)
            return
        ended = subprocess.run(  # noqa: S602 (the commands of our own manual, as a reader types them)
            command,
            shell=True,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        said = f"{where}: {command}\n--- printed, and ended with {ended.returncode}:\n{ended.stdout}"
        if ended.returncode != code:
            raise NotAsShownError(f"{said}\n--- where the page ends with {code}")
        if re.fullmatch(_pattern(shown), f"\n{_stripped(ended.stdout)}") is None:
            raise NotAsShownError(f"{said}\n--- where the page shows:\n{shown}")

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def _read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a block, with what is shown below it."""
    for found in _COMMAND.finditer(block.text):
        yield found["command"], found["shown"]


def _pattern(shown: str) -> str:
    """What is shown as a regular expression, for a text that begins with a line end."""
    lines = []
    for line in _stripped(shown).splitlines():
        if line == "…":
            lines.append(r"(?:\n[^\n]*)*?")
        else:
            lines.append(r"\n" + r"[^\n]*".join(map(re.escape, line.split("…"))))
    return "".join(lines) + r"\n*"


def _stripped(text: str) -> str:
    """Without spaces at the ends of lines, and without empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())
