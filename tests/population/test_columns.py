"""Columns that are read the quick way say what they say when each text is looked at by itself."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pyarrow")

import pyarrow as pa

from fingerpost.population import whose
from fingerpost.population.beside import Beside
from fingerpost.population.people import is_rising
from fingerpost.population.sheets import Sheet, factors, is_plain
from fingerpost.population.text_columns import Keys, joined, taken_in_order, with_numbers
from fingerpost.population.whose import Ids

TEXTS = st.none() | st.text(st.sampled_from("ab -é \t\x7f"), max_size=3)


@given(st.lists(TEXTS, max_size=12), st.integers(0, 3))
def test_a_plain_column_needs_no_look_at_each_text(texts: list[str | None], first: int) -> None:
    column = pa.array(texts, pa.string()).slice(first)
    wanted = [None if text is None else text.strip() or None for text in texts[first:]]
    plain = all(text and text.isascii() and text.isprintable() and " " not in text for text in wanted)
    plain = plain and wanted == texts[first:]
    assert is_plain(column) is plain
    assert is_plain(column, 2) is (plain and all(len(text or "") <= 2 for text in wanted))
    sheet = Sheet("pupils", pa.table({"pupil": column}))
    assert sheet.texts("pupil").to_pylist() == wanted


COLUMNS = st.one_of(
    st.lists(TEXTS, max_size=12).map(lambda texts: pa.array(texts, pa.string())),
    st.lists(TEXTS, max_size=12).map(lambda texts: pa.array(texts, pa.string()).dictionary_encode()),
    st.lists(st.none() | st.booleans(), max_size=12).map(lambda one: pa.array(one, pa.bool_())),
    st.lists(st.none() | st.integers(-3, 3), max_size=12).map(lambda one: pa.array(one, pa.int16())),
    st.lists(st.none() | st.sampled_from((1.0, 2.5, -0.0, 0.0)), max_size=12).map(
        lambda one: pa.array(one, pa.float64())
    ),
    st.lists(st.none() | st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 4)), max_size=12).map(
        lambda one: pa.array(one, pa.date32())
    ),
    st.lists(st.none() | st.sampled_from((b"a", b"b ", b"")), max_size=12).map(
        lambda one: pa.array(one, pa.binary())
    ),
    st.lists(st.none() | st.sampled_from((["a"], [])), max_size=4).map(
        lambda one: pa.array(one, pa.list_(pa.string()))
    ),
    st.integers(0, 4).map(pa.nulls),
)


@given(COLUMNS)
def test_a_column_by_its_distinct_values(column: pa.Array) -> None:
    """Made texts once for each distinct value, a column is what it is made texts row by row."""
    sheet = Sheet("pupils", pa.table({"one": column}))
    numbers, texts = sheet.factors("one")
    each, distinct = factors(sheet.texts("one"))
    assert numbers.tolist() == each.tolist()
    assert texts.to_pylist() == distinct.to_pylist()
    assert not len(sheet.factors("another")[1])


IDS = st.lists(st.text(st.sampled_from("abB\x01~"), min_size=1, max_size=4), max_size=12)


@given(IDS, IDS, st.booleans(), st.booleans(), st.booleans())
def test_whose_a_line_is_along_and_by_search(
    ids: list[str], texts: list[str], rising: bool, ordered: bool, blank: bool
) -> None:
    pytest.importorskip("numba")
    ids = sorted(set(ids)) if rising else list(dict.fromkeys(ids))
    texts = sorted(texts) if ordered else texts
    given_ = pa.array([*texts, *([None] if blank else [])], pa.string())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whose, "WORTHWHILE", 0)
        own = Ids.of(pa.array(ids, pa.string()))
        assert own.is_rising is (ids == sorted(ids))
        found = own.places_of(Sheet("parents", pa.table({"pupil": given_})))
        walked = own._along(given_.fill_null(""))
    places = {name: place for place, name in enumerate(ids)}
    wanted = [places.get(text, -1) if text is not None else -1 for text in given_.to_pylist()]
    assert found.tolist() == wanted
    if own.is_rising and ordered:
        assert walked is not None
        assert walked.tolist() == wanted


@given(IDS)
def test_what_rises(texts: list[str]) -> None:
    rising = all(one < other for one, other in pairwise(texts))
    assert is_rising(pa.array(texts, pa.string())) is rising


ROWS = st.lists(st.integers(0, 4), max_size=12)


@given(ROWS, st.lists(st.none() | st.sampled_from("abc"), min_size=5, max_size=5), st.integers(0, 12))
def test_texts_in_numbers_are_the_same_whole_and_in_parts(
    which: list[int], values: list[str | None], cut: int
) -> None:
    wanted = [values[number] for number in which]
    schema = with_numbers(pa.schema([("one", pa.string())]))

    def table(numbers: list[int]) -> pa.Table:
        column = Keys.of(np.array(numbers, dtype=np.int64), 5).texts(values)
        return pa.Table.from_arrays([column], schema=schema)

    whole = table(which).column("one").combine_chunks()
    assert whole.to_pylist() == wanted
    assert whole.dictionary.to_pylist() == list(dict.fromkeys(text for text in wanted if text is not None))
    parts = joined([table(which[:cut]), table(which[cut:])]).column("one").combine_chunks()
    assert parts.to_pylist() == wanted
    assert parts.dictionary.equals(whole.dictionary)


@given(ROWS)
def test_who_stands_together_is_taken_once(places: list[int]) -> None:
    names = pa.array(["p0", "p1", "p2", "p3", "p4"])
    found = taken_in_order(names, np.array(sorted(places), dtype=np.int64))
    assert found.to_pylist() == [f"p{place}" for place in sorted(places)]
    assert len(found.dictionary) == len(set(places))


def test_what_goes_wrong_beside_is_raised() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        if number == 3:
            raise ValueError("three")
        done.append(number)

    def all_of(numbers: range) -> None:
        with Beside(2) as beside:
            for number in numbers:
                beside.do(work, number)

    with pytest.raises(ValueError, match="three"):
        all_of(range(20))
    assert 0 in done
    all_of(range(30, 50))
    assert set(range(30, 50)) <= set(done)
