"""The code book: a mark means what its code meant on its own date (meaning 4)."""

from __future__ import annotations

import datetime as dt

import pytest

from fingerpost.codes import CodeBook
from fingerpost_dsl.model.declarations import Code
from fingerpost_dsl.model.expressions import CodeKind
from fingerpost_dsl.source import SourceText
from tests.engine.histories import D, slot

_SPAN = SourceText("codes.policy", "").span(0, 0)
_LAST, _FIRST = D("2024-08-18"), D("2024-08-19")


def _code(code: str, kind: CodeKind, first: dt.date | None = None, last: dt.date | None = None) -> Code:
    return Code(code=code, title=code, kind=kind, valid_from=first, valid_until=last, span=_SPAN)


BOOK = CodeBook.from_codes(
    [
        _code("/", CodeKind.PRESENT),
        _code("\\", CodeKind.PRESENT),
        _code("I", CodeKind.AUTHORISED_ABSENCE),
        _code("O", CodeKind.UNAUTHORISED_ABSENCE),
        _code("J", CodeKind.APPROVED_ACTIVITY, None, _LAST),
        _code("J1", CodeKind.AUTHORISED_ABSENCE, _FIRST),
        _code("H", CodeKind.AUTHORISED_ABSENCE, None, _LAST),
        _code("Y", CodeKind.NOT_POSSIBLE, None, _LAST),
        _code("Y1", CodeKind.NOT_POSSIBLE, _FIRST),
        _code("Y2", CodeKind.NOT_POSSIBLE, _FIRST),
        _code("T", CodeKind.AUTHORISED_ABSENCE, None, _LAST),
        _code("T", CodeKind.NOT_POSSIBLE, _FIRST),
    ]
)


def test_a_code_means_what_it_meant_on_the_mark_s_own_date() -> None:
    assert BOOK.kind("T", _LAST) is CodeKind.AUTHORISED_ABSENCE
    assert BOOK.kind("T", _FIRST) is CodeKind.NOT_POSSIBLE
    assert BOOK.kind("J", _FIRST) is None
    assert BOOK.kind("J1", _LAST) is None


def test_kinds_of_a_register_that_spans_a_change_of_the_list() -> None:
    slots = tuple(slot(text) for text in ("2024-08-18 PM", "2024-08-19 AM", "2024-08-19 PM"))
    assert BOOK.kinds(slots, ("T", "T", "?")) == [CodeKind.AUTHORISED_ABSENCE, CodeKind.NOT_POSSIBLE, None]
    assert BOOK.kinds(slots[:1], ("I",)) == BOOK.kinds(slots[1:2], ("I",)) == [CodeKind.AUTHORISED_ABSENCE]
    assert BOOK.kinds((), ()) == []


@pytest.mark.parametrize(
    ("written", "date", "instead"),
    [
        ("i", _FIRST, ("I",)),
        (" I", _FIRST, ("I",)),
        ("0", _FIRST, ("O",)),
        ("|", _FIRST, ("I",)),
        ("\\\\", _FIRST, ("\\",)),
        ("J", _FIRST, ("J1",)),
        ("J1", _LAST, ("J",)),
        ("Y", _FIRST, ("Y1", "Y2")),
        ("Y9", _FIRST, ("Y1", "Y2")),
        ("H", _FIRST, ()),
        ("?", _FIRST, ()),
    ],
)
def test_what_to_write_instead(written: str, date: dt.date, instead: tuple[str, ...]) -> None:
    assert BOOK.instead(written, date) == instead


def test_two_editions_together_say_each_period_once() -> None:
    assert len(CodeBook.from_codes(BOOK.codes, BOOK.codes).codes) == len(BOOK.codes)
