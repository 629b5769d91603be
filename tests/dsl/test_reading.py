"""From bytes to text: what a file must be, and the answers to what it is instead."""

import os
from pathlib import Path

import pytest

from fingerpost_dsl.parser import parse
from fingerpost_dsl.reading import MAX_SIZE, decode, read
from fingerpost_dsl.source import SourceText


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.policy"
    path.write_bytes('role a "Schülerin"'.encode())
    source, problems = read(path, name="a.policy")
    assert (source.name, source.text, problems) == ("a.policy", 'role a "Schülerin"', ())


@pytest.mark.parametrize(
    ("content", "looks_like"),
    [
        ('role a "Café"'.encode("cp1252"), "Windows-1252"),
        ('role a "Café"'.encode("utf-16"), "UTF-16"),
        ('policy a.b "A"\n  version 2025.1\n'.encode("utf-16-be"), "UTF-16"),
        (b"PK\x03\x04\xff\xfe", "Word or Excel"),
        (b"%PDF-1.7\n\xff", "a PDF"),
        (b"PAR1" + bytes(300), "a table of Parquet"),
        (b"ARROW1" + bytes(300), "a table of Arrow"),
        (bytes(300), "UTF-16"),
    ],
)
def test_other_encodings_are_named(content: bytes, looks_like: str) -> None:
    source, (problem,) = decode("a.policy", content)
    assert source.text == ""
    assert problem.code == "E0101"
    assert looks_like in problem.help


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_the_bad_byte_has_a_place(line_end: bytes) -> None:
    _, (problem,) = decode("a.policy", b"role a" + line_end + b"\xc3\xa9\xe9")
    assert problem.message == "byte 3 of line 2 (0xE9) is not UTF-8"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 2)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.policy"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert [problem.code for problem in read(path)[1]] == ["E0102"]
    assert [problem.code for problem in decode("a", bytes(MAX_SIZE + 1))[1]] == ["E0102"]
    assert [problem.code for problem in parse(SourceText("a", "x" * (MAX_SIZE + 1)))[1]] == ["E0102"]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert [problem.code for problem in read(tmp_path / "none.policy")[1]] == ["E0118"]
    assert [problem.code for problem in read(tmp_path)[1]] == ["E0118"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.policy")
    assert [problem.code for problem in read(tmp_path / "pipe.policy")[1]] == ["E0118"]
    assert [problem.code for problem in read(Path("/dev/zero"))[1]] == ["E0118"]
