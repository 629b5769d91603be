"""Whatever is typed ends with one clear sentence, and whatever is read stays as it was."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fingerpost_cli import main
from fingerpost_cli.files import put
from tests.cli.conftest import Run

ON = ("--on", "14 November 2025")
MARKS = "pupil,date,session,code\nP1,2025-09-04,AM,/\nP1,2025-09-04,PM,I\n"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "school"
    folder.mkdir()
    (folder / "pupils.csv").write_text("pupil\nP1\n", encoding="utf-8")
    (folder / "marks.csv").write_text(MARKS, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "x" * 300),
        ("evaluate", "/" + "a/" * 3_000),
        ("evaluate", "school", "--policy", "x" * 300),
        ("evaluate", "school", "--policy", ""),
        ("evaluate", "school", "--policy", "@2024.08"),
        ("evaluate", "school", "--policy", "england@"),
        ("evaluate", "school", "--on", "9999-12-31"),
        ("evaluate", "school", "--known-on", "1 January 0001"),
        ("evaluate", "school", "--on", "\uff11\uff12 May 2024"),
        ("evaluate", "school", *ON, "-o", "school/marks.csv"),
        ("evaluate", "school", *ON, "-o", "school"),
        ("evaluate", "school/marks.csv", *ON, "-o", "school/marks.csv"),
        ("explain", "school", *ON, "--pupil", "P1", "--parent", "A"),
    ],
)
def test_wrong_use_ends_with_2_and_touches_nothing(
    run: Run, tables: Path, arguments: tuple[str, ...]
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert (tables / "marks.csv").read_text(encoding="utf-8") == MARKS
    assert [path.name for path in tables.iterdir() if path.name.startswith(".")] == []


KEEP_GOING = "With --keep-going the rest is evaluated."


@pytest.mark.parametrize(
    ("marks", "helps"),
    [
        (f"{MARKS}P1,2025-09-04,AM,nothing\n", True),
        (None, False),
        ("", False),
        ("pupil;date;session;code\n", False),
        ("pupil,date,session\nP1,2025-09-04,AM\n", False),
        ("pupil,date,session,code,by\nP1,2025-09-04,AM,/,us\n", False),
    ],
)
def test_to_keep_going_is_advised_where_it_helps(
    run: Run, tables: Path, marks: str | None, helps: bool
) -> None:
    """One bad row can be left out; no file, an empty one, no table or another header cannot."""
    path = tables / "marks.csv"
    if marks is None:
        path.unlink()
    else:
        path.write_text(marks, encoding="utf-8")
    result = run("evaluate", path, *ON)
    assert result.exit_code == 2
    assert (KEEP_GOING in result.output) == helps
    kept = run("evaluate", path, *ON, "--keep-going")
    assert kept.exit_code == (0 if helps else 2)
    assert KEEP_GOING not in kept.output
    assert ("Rows can be left out, but E06" in kept.output) == (not helps)
    assert "Rows can be left out" not in result.output


HEADER = (
    "Rows can be left out, but E0610 at school/pupils.csv:1:7 is about a whole column: settle that first."
)


@pytest.mark.parametrize("form", [(), ("--format", "parquet", "-o", "x.parquet"), ("--by", "school")])
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"pupils.csv": "pupil,colour\nP1,red\n", "marks.csv": f"{MARKS}P1,2025-09-05,AM,?\n"}, HEADER),
        (
            {"pupils.csv": "pupil,colour,colour\nP1,red,\n", "marks.csv": "\x00"},
            "and E0611 at school/pupils.csv:1:14 are about a whole file or column: settle those first.",
        ),
        (
            {"pupils.csv": "pupil,a,b,c,d\nP1\n"},
            "school/pupils.csv:1:11 and 1 more are about a whole column: settle those first.",
        ),
        (
            {"calendar.yaml": "terms: soon\n"},
            "left out, but E0633 at school/calendar.yaml:1:8 is about a whole file: settle that first.",
        ),
    ],
)
def test_what_cannot_be_left_out_is_named(
    run: Run, tables: Path, files: dict[str, str], said: str, form: tuple[str, ...]
) -> None:
    """An error in a row beside it is not."""
    for name, content in files.items():
        (tables / name).write_text(content, encoding="utf-8")
    result = run("evaluate", "school", *ON, "--keep-going", *form)
    assert result.exit_code == 2
    assert said in result.output
    assert "W0610" not in result.output


def test_to_keep_going_is_not_advised_for_a_folder_without_tables(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("evaluate", "empty", *ON)
    assert result.exit_code == 2
    assert "cannot be used: 1 error." in result.output
    assert KEEP_GOING not in result.output


def test_an_output_may_be_written_again_beside_what_is_read(run: Run, tables: Path) -> None:
    for _ in range(2):
        assert run("evaluate", tables, *ON, "-o", tables / "monday.txt").exit_code == 0


def test_permissions_and_links_of_an_output_are_kept(run: Run, tables: Path, tmp_path: Path) -> None:
    """A list that only its owner may read does not become one for everybody."""
    private, link = tmp_path / "private.txt", tmp_path / "link.txt"
    private.write_text("old", encoding="utf-8")
    private.chmod(0o600)
    link.symlink_to(private)
    assert run("evaluate", tables, *ON, "-o", link).exit_code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert "P1" in private.read_text(encoding="utf-8")


def test_what_is_no_file_is_written_to_and_not_replaced(run: Run, tables: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("evaluate", tables, *ON, "-o", pipe).exit_code == 0
        assert b"P1" in os.read(reading, 100_000)
        assert stat.S_ISFIFO(pipe.stat().st_mode)
    finally:
        os.close(reading)


def test_nobody_else_may_read_a_table_that_only_its_owner_could(
    run: Run, tables: Path, tmp_path: Path
) -> None:
    for name, options in (("by.csv", ["--by", "school"]), ("rows.parquet", ["--format", "parquet"])):
        private = tmp_path / name
        private.touch()
        private.chmod(0o600)
        assert run("evaluate", tables, *ON, *options, "-o", private).exit_code == 0
        assert private.stat().st_size
        assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_numbers_by_group_make_their_folder(run: Run, tables: Path, tmp_path: Path) -> None:
    """As every other output does."""
    path = tmp_path / "new" / "numbers.csv"
    assert run("evaluate", tables, *ON, "--by", "school", "-o", path).exit_code == 0
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("options", "name", "said"),
    [
        ([], "monday.csv", "--format csv"),
        (["--format", "csv"], "monday.parquet", "--format parquet"),
        (["--format", "json"], "monday.CSV", "--format csv"),
        (["--by", "school", "--format", "csv"], "numbers.parquet", "--format parquet"),
        (["--by", "school", "--format", "parquet"], "numbers.csv", "--format csv"),
    ],
)
def test_no_file_is_named_as_what_it_is_not(
    run: Run, tables: Path, options: list[str], name: str, said: str
) -> None:
    output = tables.with_name(name)
    result = run("evaluate", tables, *ON, *options, "-o", output)
    assert result.exit_code == 2
    assert f"give {said}, or another name" in result.output
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "name", "advice"),
    [
        (
            ("evaluate", "school"),
            "x.xlsx",
            "give --format xlsx, or another name, such as `x.txt`",
        ),
        (
            ("evaluate", "school", "--format", "csv"),
            "x.xlsx",
            "give --format xlsx, or another name, such as `x.csv`",
        ),
        (
            ("evaluate", "school", "--format", "xlsx"),
            "x.csv",
            "give --format csv, or another name, such as `x.xlsx`",
        ),
        (("evaluate", "school", "--daily"), "x.xlsx", "give another name, such as `x.txt`"),
        (("explain", "school"), "x.xlsx", "give another name, such as `x.txt`"),
        (("evaluate", "school"), "x.html", "give another name, such as `x.txt`"),
        (("evaluate", "school", "--daily"), "x.csv", "give another name, such as `x.txt`"),
        (
            ("evaluate", "school", "--by", "school", "--format", "csv"),
            "x.json",
            "give another name, such as `x.csv`",
        ),
        (("explain", "school"), "x.csv", "give another name, such as `x.txt`"),
        (("explain", "school"), "x.json", "give --format json, or another name, such as `x.txt`"),
        (("explain", "school"), "x.htm", "give --format html, or another name, such as `x.txt`"),
        (
            ("explain", "school", "--format", "json"),
            "x.html",
            "give --format html, or another name, such as `x.json`",
        ),
        (("explain", "school", "--for", "parent"), "x.json", "give another name, such as `x.txt`"),
        (("timeline", "school"), "x.csv", "give another name, such as `x.txt`"),
        (("timeline", "school"), "x.parquet", "give --format parquet, or another name, such as `x.txt`"),
        (("timeline", "school", "--pupil", "P1"), "x.parquet", "give another name, such as `x.txt`"),
        (("timeline", "school"), "x.json", "give --format json, or another name, such as `x.txt`"),
        (("compare", "england", "england"), "x.csv", "give another name, such as `x.txt`"),
        (("compare", "england", "england"), "x.JSON", "give --format json, or another name, such as `x.txt`"),
        (
            ("compare", "england", "england", "--format", "json"),
            "x.csv",
            "give another name, such as `x.json`",
        ),
        (("coverage", "england"), "x.json", "give --format json, or another name, such as `x.txt`"),
        (("coverage", "england", "--format", "markdown"), "x.html", "give another name, such as `x.md`"),
    ],
)
def test_what_to_call_a_file_instead_can_be_had(
    run: Run, tables: Path, arguments: tuple[str, ...], name: str, advice: str
) -> None:
    """No advice leads to another refusal: a format is named only where the command has it."""
    result = run(*arguments, "-o", name)
    assert result.exit_code == 2
    assert f" is written: {advice}.\n" in result.output
    assert not Path(name).exists()


@pytest.mark.parametrize("name", ["x.txt", "x", "x.md", "monday.2024"])
def test_any_other_name_may_be_given_to_what_is_read(run: Run, tables: Path, name: str) -> None:
    result = run("explain", tables, *ON, "-o", name)
    assert result.exit_code == 0, result.output
    assert Path(name).exists()


COMMAND = [sys.executable, "-m", "fingerpost_cli", "evaluate"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("options", [["--by", "school"], ["--format", "csv"]])
def test_a_full_disk_is_told_and_not_called_none(tables: Path, options: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, tables, *ON, *options], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().endswith("Error: Cannot write: No space left on device.\n")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on the size of files")
def test_a_list_that_does_not_fit_is_not_called_written(tables: Path, tmp_path: Path) -> None:
    """Without a buffer Python writes what fits, and says nothing of the rest."""
    import resource

    place = tmp_path / "decisions.json"
    with place.open("wb") as file:
        done = subprocess.run(
            [*COMMAND, tables, *ON, "--format", "json"],
            stdout=file,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000)),
            check=False,
        )
    assert place.stat().st_size == 1_000
    assert done.returncode == 2
    assert done.stderr.decode().endswith("Error: Cannot write: File too large.\n")


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs a name for standard output")
@pytest.mark.parametrize("options", [[], ["-o", "/dev/stdout"]])
def test_whoever_has_read_enough_may_leave(tables: Path, options: list[str]) -> None:
    """A pipe is written to by its name, too; when it is closed, that is no finding and no error."""
    whole = subprocess.run([*COMMAND, tables, *ON, *options], stdout=subprocess.PIPE, check=True).stdout
    assert b"P1" in whole
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, tables, *ON, *options], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.returncode == 0
    assert b"Error" not in done.stderr


def test_folders_and_pipes_called_policy_are_passed_over(run: Run) -> None:
    Path("folder.policy").mkdir()
    os.mkfifo("pipe.policy")
    Path("a.policy").write_text('role  school "School"\n', encoding="utf-8")
    assert run("format", ".").output == "changed a.policy\n1 file, 1 changed.\n"
    assert run("format", "pipe.policy").exit_code == 1


@pytest.mark.parametrize(
    "content", ["[" * 100_000, "9" * 5_000, "[]", '{"policy_digest": "x"}', '{"policy_digest": "x", "on": 5}']
)
def test_records_that_are_none(run: Run, tables: Path, content: str) -> None:
    Path("records.json").write_text(content, encoding="utf-8")
    assert run("replay", "records.json", "--history", tables).exit_code == 2


def test_ids_of_any_length_and_sign_have_their_row(run: Run) -> None:
    ids = ["x" * 200, "{0}%s", "<b>", "=1+1"]
    rows = "".join(f'"{name}",2025-09-04,{half},N\n' for name in ids for half in ("AM", "PM"))
    Path("marks.csv").write_text(MARKS.split("\n", maxsplit=1)[0] + "\n" + rows, encoding="utf-8")
    result = run("evaluate", "marks.csv", *ON)
    assert result.exit_code == 0
    assert all(name in result.output for name in ids)


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "no\x1b[31m\x07"),
        ("evaluate", "a", "--policy", "\u202eb"),
        ("evaluate", "a", "--on", "\x9b31m"),
    ],
)
def test_what_was_typed_does_not_write_on_the_terminal(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["fingerpost", *arguments])
    with pytest.raises(SystemExit) as ended:
        main.main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert not set("\x1b\x07\x9b\u202e") & set(said.err + said.out)


def test_a_terminal_is_shown_nothing_that_it_would_obey(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a\x9b31m\nb", None)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    put("a\x9b31m\nb", None)
    assert capsys.readouterr().out == "a\x9b31m\nba\N{REPLACEMENT CHARACTER}31m\nb"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_no_mistake_of_ours(tables: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        ended = subprocess.run(
            [sys.executable, "-m", "fingerpost_cli", "evaluate", tables],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr.startswith(b"Error: Cannot write: No space left")


@pytest.mark.parametrize("after", [0.9, 1.4, 1.9])
def test_an_interruption_leaves_the_old_output(school: Path, tmp_path: Path, after: float) -> None:
    output = tmp_path / "list.json"
    output.write_text("old", encoding="utf-8")
    evaluate = ["evaluate", str(school), "--format", "json", "-o", str(output)]
    command = [sys.executable, "-m", "fingerpost_cli", *evaluate]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        time.sleep(after)
        running.send_signal(signal.SIGINT)
        running.wait(30)
    text = output.read_text(encoding="utf-8")
    assert text == "old" or text.endswith("}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["list.json"]
