"""Habits from other languages, and from plain English: `>=`, `if`, `is greater than`, `ten days`."""

import re

from fingerpost_dsl.diagnostics import Diagnostic, Fix
from fingerpost_dsl.scene import Scene

_SIGNS = {
    ">=": "is at least",
    "≥": "is at least",
    "=>": "is at least",
    "<=": "is at most",
    "≤": "is at most",
    "=<": "is at most",
    ">": "is more than",
    "<": "is less than",
    "=": "is",
    "==": "is",
    "!=": "is not",
    "≠": "is not",
    "<>": "is not",
    "&": "and",
    "&&": "and",
    "|": "or",
    "||": "or",
    "!": "not",
}


def sign(scene: Scene) -> Diagnostic | None:
    """A sign where the language has words."""
    words = _SIGNS.get(scene.found)
    if words is None or (scene.found == "=" and "IS" not in scene.acceptable):
        return None
    return scene.diagnostic(
        "E0113", f"the language writes `{words}`, not `{scene.found}`", f"write `{words}`", words
    )


_OTHER_WORDS = {
    "if": "say what must hold after `when`; only `after a_step` has an `if`",
    "then": "there is no `then`: each rule says for itself when it applies",
    "else": "there is no `else`: each rule says for itself when it applies",
    "xor": "there is no `xor`: write `(a or b) and not (a and b)`",
    "shall": "write `must` or `should`, as the source does",
    "will": "write `must` or `should`, as the source does",
    "ought": "write `should`",
    "can": "write `may`",
    "could": "write `may`",
}
COMPARISON_SLIPS = {
    "atleast": "at least",
    "at_least": "at least",
    "minimum": "at least",
    "atmost": "at most",
    "at_most": "at most",
    "maximum": "at most",
    "morethan": "more than",
    "more_than": "more than",
    "greater": "more than",
    "greaterthan": "more than",
    "greater_than": "more than",
    "over": "more than",
    "above": "more than",
    "lessthan": "less than",
    "less_than": "less than",
    "fewer": "less than",
    "lower": "less than",
    "under": "less than",
    "below": "less than",
}
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905  # read better so


def comparison(scene: Scene) -> Diagnostic | None:
    """`is atleast`, `is greater than`: taken for the name of an option, until what follows does not fit."""
    if len(scene.stopped.tokens) < 2:
        return None
    before, last = scene.stopped.tokens[-2:]
    words = COMPARISON_SLIPS.get(last.lower())
    if words is None or before.type != "IS":
        return None
    span = scene.token_span(last)
    if scene.found == "than":
        span = span.to(scene.span)
    written = " ".join(span.text.split())
    return Diagnostic(
        code="E0113",
        message=f"the language compares with `is {words}`, not `is {written}`",
        span=span,
        help=f"write `{words}`",
        fix=Fix(span, words),
    )


_COMPARED = re.compile(r"(?:at\s+least|at\s+most|more\s+than|less\s+than)\b")


def comparison_without_is(scene: Scene) -> Diagnostic | None:
    """`absence at least 6%`: a comparison that lacks its first word."""
    written = _COMPARED.match(scene.stopped.text, scene.offset)
    if written is None or "IS" not in scene.acceptable:
        return None
    words = " ".join(written.group().split())
    span = scene.stretch(len(written.group()))
    return Diagnostic(
        code="E0113",
        message=f"the language compares with `is {words}`, not `{words}`",
        span=span,
        help=f"write `is {words}`",
        fix=Fix(span, f"is {words}"),
    )


def other_word(scene: Scene) -> Diagnostic | None:
    """A word of other languages, found here or just taken for a name."""
    last = scene.stopped.tokens[-1] if scene.stopped.tokens else None
    if scene.found in _OTHER_WORDS:
        span, word = scene.span, scene.found
    elif last is not None and last.type == "NAME" and last in _OTHER_WORDS:
        span, word = scene.token_span(last), str(last)
    else:
        return None
    return Diagnostic(
        code="E0107",
        message=f"`{word}` is not a word of the language",
        span=span,
        help=_OTHER_WORDS[word],
    )


def number_word(scene: Scene) -> Diagnostic | None:
    """`ten days`: taken for a threshold's name."""
    last = scene.stopped.tokens[-1] if scene.stopped.tokens else None
    if last is None or last not in _NUMBERS or last.type != "NAME":
        return None
    number = str(_NUMBERS.index(last) + 1)
    span = scene.token_span(last)
    return Diagnostic(
        code="E0117",
        message=f"numbers are written in digits, not `{last}`",
        span=span,
        help=f"write `{number}`",
        fix=Fix(span, number),
    )


def percent(scene: Scene) -> Diagnostic | None:
    """`10 percent`, `10 per cent`: after a number, where its unit stands."""
    if "UNIT" not in scene.acceptable or not scene.stopped.tokens:
        return None
    number = scene.stopped.tokens[-1]
    written = re.match(r"per\s?cent\b", scene.words)
    if written is None or not number.isdigit():
        return None
    span = scene.token_span(number).to(scene.stretch(len(written.group())))
    return Diagnostic(
        code="E0113",
        message=f"a percentage is written with its sign, not as `{' '.join(span.text.split())}`",
        span=span,
        help=f"write `{number}%`",
        fix=Fix(span, f"{number}%"),
    )
