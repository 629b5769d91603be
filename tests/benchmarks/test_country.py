"""How benchmarks/population/country.py runs commands; what they find out is held elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("psutil", reason="the benchmarks need psutil: pip install 'fingerpost[bench]'")

from benchmarks.population.country import Country, main


@pytest.fixture
def country(tmp_path: Path) -> Country:
    return Country(tmp_path, 2, "1GiB", 60)


def test_what_a_command_says_and_takes(country: Country) -> None:
    for watched in (True, False):
        ran = country.run(1, ("-c", "import time; time.sleep(0.2); print('said')"), watched=watched)
        assert ran is not None
        assert ran.said == "said\n"
        assert ran.seconds > 0.2
        assert (ran.peak_mib > 0) is watched


def test_a_command_that_takes_too_long_is_stopped(country: Country) -> None:
    assert country.run(1, ("-c", "import time; time.sleep(30)"), stop_after=0.2) is None


def test_what_went_wrong_is_said(country: Country) -> None:
    with pytest.raises(RuntimeError, match="ended with 3: no such school"):
        country.run(1, ("-c", "import sys; print('no such school', file=sys.stderr); sys.exit(3)"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["file"], "Cannot write in file: it is no folder.\n"),
        (["file/inside"], "Cannot write in file/inside: not a directory.\n"),
        (["new", "--out", "file"], "Cannot write in file: it is no folder.\n"),
        (["x" * 300], f"Cannot write in {'x' * 300}: file name too long.\n"),
    ],
)
def test_where_nothing_can_be_written_one_sentence_says_so(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is made or measured: the page is written when all is done."""
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    monkeypatch.setattr("sys.argv", ["country", *arguments])
    assert main() == 2
    assert capsys.readouterr() == ("", said)
