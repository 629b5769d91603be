"""The comments of a text, for the formatter: where each stands and what it belongs to."""

import re
from dataclasses import dataclass

_COMMENT_OR_TEXT = re.compile(r'"[^"\r\n]*"|(?P<comment>--[^\r\n]*)')
_TWO_LINE_ENDS = re.compile(r"(?:\r\n|\n|\r)[ \t\f]*(?:\r\n|\n|\r)")
_SECTION = re.compile(r"--\s*(?P<title>[^\s-].*?)\s*-{3,}")
_SECTION_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `own_line`: nothing stands before it on its line; `after_blank`: an empty line does."""

    start: int
    text: str
    own_line: bool
    indented: bool
    after_blank: bool

    @property
    def is_section(self) -> bool:
        """Whether it is the title of a section: `-- Who does what ------`."""
        return self.own_line and not self.indented and _SECTION.fullmatch(self.text) is not None


def comments_of(text: str) -> list[Comment]:
    """All comments, in order."""
    return [
        _comment(text, match.start(), match["comment"])
        for match in _COMMENT_OR_TEXT.finditer(text)
        if match["comment"]
    ]


def _comment(text: str, start: int, written: str) -> Comment:
    before = start
    while before and text[before - 1] in " \t\f":
        before -= 1
    own_line = before == 0 or text[before - 1] in "\r\n"
    return Comment(
        start=start,
        text=written.rstrip(),
        own_line=own_line,
        indented=own_line and before < start,
        after_blank=own_line and blank_before(text, start),
    )


def blank_before(text: str, offset: int) -> bool:
    """Whether an empty line stands between this place and whatever is before it."""
    begin = offset
    while begin and text[begin - 1].isspace():
        begin -= 1
    return _TWO_LINE_ENDS.search(text, begin, offset) is not None


def normal(comment: Comment) -> str:
    """The comment as the formatter writes it: a space after the dashes; a section's rule of one length."""
    section = _SECTION.fullmatch(comment.text)
    if section is not None and comment.is_section:
        return f"-- {section['title']} ".ljust(_SECTION_WIDTH - 3, "-") + "---"
    bare = comment.text[2:]
    return comment.text if not bare or bare[0] in " \t-" else f"-- {bare}"
