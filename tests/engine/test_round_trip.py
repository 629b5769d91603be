"""A history that is written and read again is the same one; and the order of rows never matters."""

from __future__ import annotations

import io
import json
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.history import History
from fingerpost.readers import read_history
from fingerpost.writers import to_json, to_tables, write_folder, write_json, write_whole
from tests.engine.generated import histories
from tests.engine.words import words


def _read(path: Path | str, stdin: bytes = b"") -> History:
    history, found = read_history(path, words(), stdin=io.BytesIO(stdin))
    assert history is not None, "\n".join(map(str, found))
    return history


@settings(max_examples=settings().max_examples // 3)
@given(histories())
def test_json(history: History) -> None:
    again = _read("-", to_json(history).encode())
    assert again == history
    assert again.digest == history.digest


@settings(max_examples=settings().max_examples // 3)
@given(histories())
def test_tables(history: History) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in to_tables(history).items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="")
        again = _read(Path(folder))
    assert again == history
    assert again.digest == history.digest


@settings(max_examples=settings().max_examples // 3)
@given(histories(), st.integers(0, 2**32))
def test_the_order_of_rows_never_matters(history: History, seed: int) -> None:
    shuffle = random.Random(seed).shuffle
    with tempfile.TemporaryDirectory() as folder:
        for name, text in to_tables(history).items():
            if name.endswith(".csv") and '"' not in text:
                header, *rows = text.splitlines(keepends=True)
                shuffle(rows)
                shuffled = "".join([header, *rows])
            else:
                shuffled = text
            (Path(folder) / name).write_text(shuffled, encoding="utf-8", newline="")
        assert _read(Path(folder)).digest == history.digest


@settings(max_examples=settings().max_examples // 3)
@given(histories())
def test_the_order_of_keys_never_matters(history: History) -> None:
    def reversed_keys(data: object) -> object:
        if isinstance(data, dict):
            return {key: reversed_keys(data[key]) for key in reversed(data)}
        return [reversed_keys(item) for item in data] if isinstance(data, list) else data

    text = json.dumps(reversed_keys(json.loads(to_json(history))))
    assert _read("-", text.encode()).digest == history.digest


@settings(max_examples=settings().max_examples // 3)
@given(histories(), histories())
def test_a_digest_is_that_of_the_content(one: History, other: History) -> None:
    assert (one == other) == (one.digest == other.digest)


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    history = _a_history()
    write_folder(history, tmp_path / "school")
    assert _read(tmp_path / "school") == history
    with pytest.raises(FileExistsError):
        write_folder(history, tmp_path / "school")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["school"]


def test_a_file_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    history = _a_history()
    path = tmp_path / "school.json"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text() == "before"
    write_json(history, path)
    assert _read(path) == history
    assert [path.name for path in tmp_path.iterdir()] == ["school.json"]


def _a_history() -> History:
    document = {"pupils": [{"pupil": "P1", "marks": [{"date": "2024-09-04", "session": "AM", "code": "/"}]}]}
    return _read("-", json.dumps(document).encode())


def test_a_file_in_pieces_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_whole(path, (piece for piece in (b"one\r\n", b"", b"two\r\n")))
    assert path.read_bytes() == b"one\r\ntwo\r\n"

    def broken_off() -> Iterator[bytes]:
        yield b"three"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, broken_off())
    assert path.read_bytes() == b"one\r\ntwo\r\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_file_broken_off_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    def broken_off(_: int) -> None:
        raise problem

    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", broken_off)
    with pytest.raises(type(problem)):
        write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
