"""Characters that do not belong outside quotation marks and comments, and what they were meant to be.

Officers paste from Word and from PDFs: curly quotation marks, non-breaking spaces, dashes, a Cyrillic `а`
that looks like ours. Each is reported with its advice, and read as what it was meant to be, so that one
pasted paragraph does not hide every other mistake.
"""

import unicodedata

_SPACES = {
    "\u00a0": "a non-breaking space",
    "\u202f": "a narrow non-breaking space",
    "\u2007": "a figure space",
    "\u3000": "a full-width space",
    "\u2028": "a line separator",
    "\u2029": "a paragraph separator",
    "\u0085": "a next-line character",
    "\u000b": "a vertical tab",
}
_INVISIBLE = {
    "\u200b": "a zero-width space",
    "\u200c": "a zero-width non-joiner",
    "\u200d": "a zero-width joiner",
    "\u2060": "a word joiner",
    "\ufeff": "a byte order mark inside the text",
    "\u00ad": "a soft hyphen",
    "\u200e": "a left-to-right mark",
    "\u200f": "a right-to-left mark",
}
DIRECTION_MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They make a line look like something else than it says, so they are refused in texts and comments too."""

_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕһԁԛԝкмтвнАВЕКМНОРСТХУІЈЅαοενικρτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijshdqwkmtbhABEKMHOPCTXYIJSaoevikptuABEZHIKMNOPTYX",
        strict=True,
    )
)
SIGNS = {"×": "*", "÷": "/", "−": "-", "∕": "/", "∗": "*"}


def describe(character: str) -> str:
    """What to call a character: `a non-breaking space`, `a Cyrillic letter that looks like `a``."""
    if character in _SPACES:
        return _SPACES[character]
    if character in _INVISIBLE:
        return _INVISIBLE[character]
    if character == "\0":
        return "a NUL character"
    if character in DIRECTION_MARKS:
        return "an invisible mark that changes the direction of writing"
    category = unicodedata.category(character)
    if category == "Zs":
        return "an unusual space"
    if category.startswith("C"):
        return f"an invisible character (U+{ord(character):04X})"
    if character in _LOOK_ALIKES:
        script = unicodedata.name(character).split()[0].title()
        return f"`{character}`, a {script} letter that looks like `{_LOOK_ALIKES[character]}`"
    if "FULLWIDTH" in unicodedata.name(character, ""):
        return f"`{character}`, a full-width character"
    return f"`{character}`"


def is_invisible(character: str) -> bool:
    """Whether it takes no room, so that what stands around it belongs together."""
    return character in _INVISIBLE or character in DIRECTION_MARKS


def meant(character: str) -> str:
    """The one character that was probably meant; an underscore for a letter we do not have, else a space."""
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    if character in SIGNS:
        return SIGNS[character]
    plain = unicodedata.normalize("NFKD", character)[:1]
    if plain.isascii() and plain.isprintable() and plain:
        return plain
    return "_" if character.isalpha() else " "


def advice(character: str) -> str:
    """What to do about it."""
    if character in _SPACES or unicodedata.category(character) == "Zs":
        return "write an ordinary space"
    if is_invisible(character) or unicodedata.category(character).startswith("C"):
        return "delete it; typing the line again is the surest way"
    if character in SIGNS:
        return f"write `{SIGNS[character]}`"
    if character in "–—":
        return "write `--` to begin a comment, `-` to subtract"
    if character.isalpha():
        return "names have the letters `a` to `z`, digits and underscores; type the word again"
    return "this sign may stand in texts and comments only"
