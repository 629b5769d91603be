"""Whatever a file holds, reading it ends with an answer: never with an exception, never without a place."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.history import History
from fingerpost.readers import read_history
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.report import text
from tests.engine.words import words

PUPILS = b'pupil,date_of_birth,has_social_worker,plan_says\nP1,2015-01-15,yes,"a, b"\nP2,,no,x\n'
MARKS = b"pupil,date,session,code\nP1,2024-09-04,AM,/\nP1,2024-09-04,PM,\\\nP2,04/09/2024,AM,I\n"
EVENTS = b"event,date,pupil,outcome,marks\npenalty_notice,2024-11-12,P1,paid,2024-11-04 AM\n"
CALENDAR = b"terms:\n  - {name: Autumn, from: 2024-09-04, to: 2024-12-20}\nclosed: [2024-11-22]\n"
DOCUMENT = (
    b'{"pupils": [{"pupil": "P1", "facts": {"support_taken_up": [{"value": "fully", "from": "2024-09-04"}]},'
    b' "marks": [{"from": "2024-09-04", "marks": "/\\\\{J1}-"}, '
    b'{"date": "2024-09-09", "session": "AM", "code": "I"}],'
    b' "events": [{"event": "penalty_notice", "date": "2024-11-12", "outcome": [{"value": "paid"}]}]}],'
    b' "calendar": {"terms": [{"name": "Autumn", "from": "2024-09-04", "to": "2024-12-20"}]}}'
)

Read = tuple[History | None, tuple[Diagnostic, ...]]


def tables(folder: Path, **files: bytes) -> Read:
    usual = {"pupils.csv": PUPILS, "marks.csv": MARKS}
    for name, content in {**usual, **{key.replace("_", "."): value for key, value in files.items()}}.items():
        (folder / name).write_bytes(content)
    return read_history(folder, words())


def document(content: bytes) -> Read:
    return read_history("-", words(), stdin=io.BytesIO(content))


def test_what_is_damaged_here_is_right_to_begin_with(tmp_path: Path) -> None:
    assert tables(tmp_path, events_csv=EVENTS, calendar_yaml=CALENDAR)[1] == ()
    assert document(DOCUMENT)[1] == ()


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"", "E0605", 1, 1),
        (b"\xef\xbb\xbf", "E0605", 1, 1),
        (MARKS.decode().encode("utf-16"), "E0603", 1, 1),
        (MARKS.decode().encode("utf-16-le"), "E0603", 1, 1),
        (MARKS + b"Ren\xe9e,2024-09-04,AM,/\n", "E0603", 5, 4),
        (MARKS.replace(b"P2", b"P\x002"), "E0604", 4, 2),
        (b"PK\x03\x04" + MARKS, "E0602", 1, 1),
        (MARKS + b'"P1,2024-09-05,AM,/\n' * 3, "E0607", 5, 1),
        (MARKS + b'P1,2024-09-05,AM,"/"x\n', "E0607", 5, 18),
        (MARKS + b"P1,2024-09-05,AM," + b"x" * 200_000, "E0607", 5, 18),
        (MARKS.replace(b",", b"\t"), "E0606", 1, 1),
        (b"P1,2024-09-04,AM,/\n" * 3, "E0608", 1, 1),
        (MARKS + b"\xc2\xa0P1,2024-09-05,AM,/,\n", "", 0, 0),
        (MARKS + "P\u202e1,2024-09-05,AM,/\n".encode(), "E0604", 5, 2),
        (MARKS + "P\u009b31m,2024-09-05,AM,/\n".encode(), "E0604", 5, 2),
        (b"pupil,date,session,code," + b",".join(b"c%d" % i for i in range(50_000)), "E0634", 1, 1),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, content: bytes, code: str, line: int, column: int) -> None:
    _, found = tables(tmp_path, marks_csv=content)
    places = [(one.code, one.span.line, one.span.column) for one in found if one.span]
    assert (code, line, column) in places if code else not places


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[" * 100_000, "E0634"),
        (b'{"pupils": ' * 100_000, "E0634"),
        (b'{"pupils": [{"pupil": "P1", "year_group": ' + b"9" * 5_000 + b"}]}", "E0633"),
        (b'{"pupils": [{"pupil": "P1", "facts": {"sessions_agreed": 1e999999999}}]}', "E0633"),
        (b'{"pupils": [{"pupil": "P1", "facts": {"sessions_agreed": NaN}}]}', "E0633"),
        (b'{"pupils": [{"pupil": "\\ud800"}]}', "E0604"),
        (b'{"pupils": [{"pupil": "\\udc00"}]}', "E0604"),
        (b'{"pupils": [{"pupil": "P\\u001b[31m"}]}', "E0604"),
        (b'{"pupils": [{"pupil": "P\\u009b31m"}]}', "E0604"),
        (b'{"pupils": [{"pupil": "P\\u202eX"}]}', "E0604"),
        (b'{"pupils": [{"pupil": "P\\n1"}]}', "E0604"),
        (b'{"pupils": [{"pupil": "P1", "parents": ["A\\u200b"]}]}', "E0604"),
        (b'{"pupils": [{"pupil": "P1", "year_group": 1e400000}]}', "E0633"),
        (b'{"pupils": [{"pupil": "P1", "facts": {"sessions_agreed": ' + b"9" * 4_000 + b"}}]}", "E0633"),
        (
            b'{"pupils": [{"pupil": "P1", "marks": [{"from": "2024-09-04", "marks": "'
            + b"I" * 90_000
            + b'"}]}]}',
            "E0637",
        ),
        (
            b'{"pupils": [{"pupil": "P1", "marks": [{"from": "2024-09-04", "marks": "'
            + b"-" * 9_000_000
            + b'I"}]}]}',
            "E0637",
        ),
        (b'{"pupils": [], ' + b",".join(b'"k%d": 1' % (i % 40_000) for i in range(40_001)) + b"}", "E0611"),
        (b'{"pupils": [{"pupil": true}]}', "E0633"),
        (b'{"pupils": null}', "E0633"),
        (b'{"pupils": [{"pupil": "' + b"x" * 500 + b'"}]} x', "E0632"),
        (b"null", "E0633"),
        (b"\x00\x00", "E0604"),
    ],
)
def test_documents_that_are_no_histories(content: bytes, code: str) -> None:
    history, found = document(content)
    assert history is None
    assert code in {one.code for one in found}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a: &a [x, x]\nb: [*a, *a]\n", "E0635"),
        (b"terms: !!python/object/apply:os.system ['true']\n", "E0635"),
        (b"terms:\n" + b"- " * 5_000, "E0635"),
        (b"{" * 3_000, "E0635"),
        (b"terms: []\nterms: []\n", "E0611"),
        (b"terms: {}\n", "E0633"),
        (b"- 1\n", "E0633"),
        (b"closed:\n  - {from: 1990-01-01, to: 2090-01-01}\n", "E0636"),
        (b"terms:\n\t- x\n", "E0635"),
        (b"\x07", "E0604"),
        (b"x" * 1_000_001, "E0634"),
    ],
)
def test_calendars_that_are_none(tmp_path: Path, content: bytes, code: str) -> None:
    history, found = tables(tmp_path, calendar_yaml=content)
    assert history is None
    assert code in {one.code for one in found}


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    assert [one.code for one in read_history(tmp_path / "none", words())[1]] == ["E0601"]
    assert [one.code for one in read_history(tmp_path, words())[1]] == ["E0602"]
    (tmp_path / "marks.csv").mkdir()
    assert [one.code for one in read_history(tmp_path, words())[1]] == ["E0601"]
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    assert [one.code for one in read_history(tmp_path / "a.xlsx", words())[1]] == ["E0602"]
    (tmp_path / "loop.json").symlink_to("loop.json")
    assert [one.code for one in read_history(tmp_path / "loop.json", words())[1]] == ["E0601"]


def test_pipes_and_devices_are_not_waited_for(tmp_path: Path) -> None:
    tables(tmp_path)
    (tmp_path / "marks.csv").unlink()
    os.mkfifo(tmp_path / "marks.csv")
    assert [one.code for one in read_history(tmp_path, words())[1]] == ["E0601"]
    (tmp_path / "marks.csv").unlink()
    (tmp_path / "marks.csv").symlink_to("/dev/zero")
    assert [one.code for one in read_history(tmp_path, words())[1]] == ["E0601"]


@pytest.mark.parametrize(
    ("pupils", "code", "line"),
    [
        ("pupil\nP1\nP2\nP1\u200b\n", "E0604", 4),
        ('pupil\nP1\nP2\n"P\n3"\n', "E0604", 4),
        ("pupil,school\nP1,S\u2060\nP2,S\u2060\n", "E0604", 2),
        ("pupil,date_of_birth\nP1,2051-01-15\nP2,\n", "E0617", 2),
    ],
)
def test_people_that_cannot_be(tmp_path: Path, pupils: str, code: str, line: int) -> None:
    history, found = tables(tmp_path, pupils_csv=pupils.encode())
    assert history is None
    assert [(one.code, one.span.line) for one in found if one.span] == [(code, line)]
    kept, _ = read_history(tmp_path, words(), keep_going=True)
    assert kept is not None
    assert all(name.isprintable() for name in kept.pupils)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_opened(tmp_path: Path) -> None:
    tables(tmp_path)
    (tmp_path / "marks.csv").chmod(0)
    assert [one.code for one in read_history(tmp_path, words())[1]] == ["E0601"]


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with a few stretches replaced, left out or doubled."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 12)))
        piece = draw(
            st.sampled_from(
                [b"", b",", b'"', b"\n", b"\r", b":", b"{", b"}", b"[", b"]", b" ", b"-", b"\xff", b"\x00"]
            )
            | st.binary(max_size=3)
            | st.just(content[start:end] * 2)
            | st.sampled_from(
                [b"2024-02-30", b"null", b"9999999999", b"true", b"\xef\xbb\xbf", "é￼".encode()]
            )
        )
        content = content[:start] + piece + content[end:]
    return content


def _is_an_answer(read: Read) -> None:
    history, found = read
    assert history is not None or any(one.is_error for one in found)
    for one in found:
        assert one.help
        assert one.span is None or (one.span.line >= 1 and one.span.column >= 1)
    assert isinstance(text(found), str)


@given(damaged(DOCUMENT))
def test_a_damaged_document_is_answered(content: bytes) -> None:
    _is_an_answer(document(content))


@given(st.data())
def test_damaged_tables_are_answered(data: st.DataObject) -> None:
    files = {"pupils_csv": PUPILS, "marks_csv": MARKS, "events_csv": EVENTS, "calendar_yaml": CALENDAR}
    name = data.draw(st.sampled_from(sorted(files)))
    files[name] = data.draw(damaged(files[name]))
    with tempfile.TemporaryDirectory() as folder:
        _is_an_answer(tables(Path(folder), **files))
