"""Reads the pages of the manual: the fenced blocks of a page, and what its examples are as files.

The word after a fence says what a block is, and what follows it how it is checked:

* `policy`: part of the page's policy. All such blocks of a page, in order, are one policy; a header is put
  before them where the page has none of its own.
* `policy local`, or another word in small letters: part of a further policy on the page, of that name, which
  extends the shipped edition of England.
* `policy E0312`: added to the page's policy, it gives this finding.
* `csv NAME`, `json NAME`, `yaml NAME`, `saved NAME`: a file of that name, beside which the page's other
  blocks run.
* `python`: runs, in order, with the names that earlier blocks of the page made.
* `console`: commands after `$`, and lines that appear in their output in this order; `…` for what is left
  out.
  `console 1` says that the command ends with that exit code.
* `file`, `add`, `change`, `terminal`, `part`: of a page that is followed word for word; see `follow.py`.
* anything else (`text`, `json`, `sh`) is shown and not run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"

HEADER = (
    'policy manual.example "An example"\n  version 2025.1\n  language 1\n  in force from 1 September 2024\n'
)
LOCAL_HEADER = """policy manual.local "A local example"
  version 2025.1
  language 1
  extends england.attendance 2024.08
  by local_authority
  in force from 1 September 2025
"""

_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"[EWL]\d{4}")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what it is, what it says beside that, its text, and its line on the page."""

    sort: str
    word: str
    text: str
    line: int


def pages() -> list[Path]:
    """Every page of the manual."""
    return sorted(DOCS.rglob("*.md"))


def pages_with(sort: str) -> list[Path]:
    """The pages that have a block of a sort."""
    return [page for page in pages() if any(block.sort == sort for block in blocks(page))]


def title(page: Path) -> str:
    """The page's path inside the manual, to name a test."""
    return page.relative_to(DOCS).as_posix()


def blocks(page: Path, sort: str | None = None) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        kind, _, word = found["info"].strip().partition(" ")
        if sort is None or kind == sort:
            yield Block(kind, word.strip(), found["text"], text.count("\n", 0, found.start()) + 1)


def policies_on(page: Path) -> list[str]:
    """The names of the policies on a page; that of its own is empty."""
    return sorted({block.word for block in blocks(page, "policy") if not _CODE.fullmatch(block.word)})


def policy_texts(page: Path, name: str = "") -> dict[str, str]:
    """The policy that a page's blocks make together: one text a block, by its line; none without any."""
    texts = {f"line {b.line:04}": b.text for b in blocks(page, "policy") if b.word == name}
    if texts and not any(re.search(r"^policy ", text, re.MULTILINE) for text in texts.values()):
        texts = {"header": LOCAL_HEADER if name else HEADER, **texts}
    return texts


def mistakes(page: Path) -> list[Block]:
    """The policy blocks that show a finding."""
    return [block for block in blocks(page, "policy") if _CODE.fullmatch(block.word)]


def write_files(page: Path, folder: Path) -> list[str]:
    """Writes the files that a page shows; gives their names."""
    names = []
    for block in blocks(page):
        if block.sort in ("csv", "json", "yaml", "saved") and block.word:
            path = folder / block.word
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            names.append(block.word)
    return names
