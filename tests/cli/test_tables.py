"""Tables of very many pupils on the command line: results, times in tiers, numbers by group."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from click import UsageError

from fingerpost.history import History, Recorded
from fingerpost.population.csv_rows import PutAside
from fingerpost.writers import write_folder
from fingerpost_cli import populations
from fingerpost_cli.memory import Memory
from fingerpost_simulations.hillview import hillview
from tests.cli.conftest import Run

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "school"


def test_no_output_is_put_among_the_parts_of_a_table(run: Run, tmp_path: Path) -> None:
    """It would be read as one of them, or take the place of one."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    part = tmp_path / "council" / "pupils.parquet" / "school=S1"
    part.mkdir(parents=True)
    pq.write_table(pa.table({"pupil": ["P1"], "start": ["2024-09-02"], "marks": ["/I"]}), part / "0.parquet")
    for name in ("0.parquet", "1.parquet"):
        output = f"council/pupils.parquet/school=S1/{name}"
        result = run("evaluate", "council", "--format", "parquet", "-o", output)
        assert result.exit_code == 2
        assert f"{name} is part of what is read; give another name to -o." in result.output
    assert [path.name for path in part.iterdir()] == ["0.parquet"]
    assert run("evaluate", "council", "--format", "parquet", "-o", "council/rows.parquet").exit_code == 0


def test_the_pupils_in_the_parts_of_a_table_are_counted(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    for school, pupils in (("S1", populations.MANY - 1), ("S2", 1)):
        part = tmp_path / "pupils.parquet" / f"school={school}"
        part.mkdir(parents=True)
        assert not populations.has_many(str(tmp_path))
        pq.write_table(pa.table({"pupil": list(map(str, range(pupils)))}), part / "0.parquet")
    assert populations.has_many(str(tmp_path))


def test_without_pyarrow_one_sentence_says_what_to_install(
    run: Run, school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    for command in ("evaluate", "timeline"):
        result = run(command, school, "--format", "parquet", "-o", "rows.parquet")
        assert result.exit_code == 2
        assert "pip install 'fingerpost[population]'" in result.output
    assert not list(Path.cwd().iterdir())


@pytest.mark.parametrize(
    ("text", "octets"),
    [("4GiB", 4 * 2**30), ("800MB", 800_000_000), ("1.5 GiB", 3 * 2**29), ("2k", 2000)],
)
def test_an_amount_of_memory(text: str, octets: int) -> None:
    assert Memory().convert(text, None, None) == octets


@pytest.mark.parametrize("text", ["much", "4 gibi", "-1GB", "", "GiB", "4", "4B"])
def test_what_is_no_amount_of_memory_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no amount of memory: write it like 4GiB or 800MB"):
        Memory().convert(text, None, None)


def test_each_table_is_written(run: Run, school: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    for arguments in (("evaluate",), ("evaluate", "--pupils"), ("timeline",)):
        result = run(*arguments, school, "--format", "parquet", "-o", "rows.parquet", "--threads", 1)
        assert result.exit_code == 0, result.output
        rows = pq.read_table("rows.parquet").num_rows
        assert rows > 5
        assert (
            f"Wrote rows.parquet: {rows:,} rows, as on Friday 14 November 2025, by england." in result.output
        )
    assert [path.name for path in Path.cwd().iterdir()] == ["rows.parquet"]


@pytest.mark.parametrize(
    ("whose", "rule", "said"),
    [
        (("--threads", 1), "consider", "10 unauthorised sessions or more in the last 10"),
        (("--subject", "school"), "fill_gaps", "1 session without a mark or more in this academic year"),
    ],
)
def test_reasons_come_as_codes_whose_clauses_the_file_explains(
    run: Run, school: Path, whose: tuple[object, ...], rule: str, said: str
) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    result = run("evaluate", school, "--format", "parquet", "--reasons", "-o", "rows.parquet", *whose)
    assert result.exit_code == 0, result.output
    table = pq.read_table("rows.parquet")
    assert table.num_rows
    clauses = json.loads(table.schema.metadata[b"fingerpost.clauses"])
    assert clauses[rule]["when1"].startswith(said)
    added = {"round", "way_in", "no_sooner", "occasion"}
    for row in table.to_pylist():
        for code in row["reasons"].split():
            name, sign = code[:-1], code[-1]
            assert sign in "+-?"
            assert name in clauses[row["name"]] or name.rstrip("0123456789") in added
        if row["applies"] == "unknown":
            assert "?" in row["reasons"], row


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--reasons", "leave it out, or give --format parquet"),
        ("--reasons --format csv", "leave it out, or give --format parquet"),
        ("--reasons --daily", "leave it out, or give --format parquet"),
        ("--reasons --format json", "has the reasons in full: leave out --reasons"),
        ("--reasons --by school", "about recommendations: leave out --by"),
        ("--reasons --format parquet --pupils", "about recommendations: leave out --pupils"),
        ("--pupils --format csv", "--pupils needs --format parquet or arrow"),
        ("--pupils --by school", "leave out one of them"),
        ("--daily --format parquet", "to be read: leave out --format parquet"),
        ("--daily --format csv", "to be read: leave out --format csv"),
        ("--daily --by school", "to be read: leave out --by"),
        ("--daily --subject school", "--daily is about pupils: leave out --subject"),
        ("--subject school --by school", "--by is about pupils: leave out --subject"),
        ("--by school --format json", "--by is a table, and has no JSON: leave out --format json"),
        ("--by school --format csv", "--format csv needs a file: -o numbers.csv"),
        ("--threshold 5", "--threshold is about numbers of pupils: give --by"),
        ("--without-overdue", "--without-overdue is about numbers of pupils: give --by"),
        ("--threshold 5 --format parquet", "--threshold is about numbers of pupils: give --by"),
        ("--memory 4GiB --format csv", "work in batches: give --format parquet or arrow"),
        ("--resume", "work in batches: give --format parquet or arrow"),
        ("--threads 1 --by school", "--by is not worked out in batches"),
        ("--subject all --format arrow", "give --subject pupil, school, authority, family or cohort"),
        ("--subject parent --format arrow", "in the column `parent`: leave out --subject"),
        ("--subject school --format parquet --pupils", "leave it out, or leave out --subject school"),
        ("--format xlsx", "--format xlsx needs a file: -o monday.xlsx"),
        ("--format xlsx -o monday", "the file should end in `.xlsx`"),
        ("--by school --format xlsx", "--format xlsx needs a file: -o numbers.xlsx"),
        ("--daily --format xlsx", "to be read: leave out --format xlsx"),
        ("--pupils --format xlsx", "--pupils needs --format parquet or arrow"),
        ("--subject cohort --reasons --format csv", "leave it out, or give --format parquet"),
        ("--subject family --format arrow --threads 1", "--subject family is not worked out in batches"),
        ("--subject authority --format csv --resume", "give --format parquet or arrow"),
        ("--subject school --format parquet --threshold 5", "--threshold is about numbers of pupils"),
    ],
)
def test_what_does_not_go_together_is_named(run: Run, school: Path, options: str, said: str) -> None:
    """And nothing else: what is to be left out was given."""
    result = run("evaluate", school, *options.split())
    assert result.exit_code == 2
    assert said in re.sub(r"\s+", " ", result.output)


@pytest.mark.parametrize("options", [("--format", "csv"), ("--by", "school"), ()])
def test_a_bad_row_ends_the_command_and_it_says_how_to_go_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """In the same words however many pupils there are."""
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(populations, "MANY", 1)
    school = copytree(EXAMPLE, tmp_path / "example")
    with (school / "events.csv").open("a", encoding="utf-8") as file:
        file.write("nobody\n")
    result = run("evaluate", school, *options)
    assert result.exit_code == 2
    assert "cannot be used: 1 error. With --keep-going the rest is evaluated." in result.output
    going = run("evaluate", school, "--keep-going", *options)
    assert going.exit_code == 0
    assert "Left out what is wrong above (1 error" in going.output


def example_with_parquet(folder: Path) -> tuple[Path, Path]:
    """The example school with its pupils in Parquet; and where they are."""
    pq = pytest.importorskip("pyarrow.parquet")
    pyarrow_csv = pytest.importorskip("pyarrow.csv")
    school = copytree(EXAMPLE, folder / "example")
    pq.write_table(pyarrow_csv.read_csv(school / "pupils.csv"), school / "pupils.parquet")
    (school / "pupils.csv").unlink()
    return school, school / "pupils.parquet"


@pytest.mark.parametrize("cut", [0.5, 0.0])
def test_a_damaged_table_is_told_in_plain_words(run: Run, tmp_path: Path, cut: float) -> None:
    """And without advice to go on with the rest: there is none."""
    school, path = example_with_parquet(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * cut)])
    for options in (("--format", "csv"), ("--by", "school"), ()):
        result = run("evaluate", school, *options)
        assert result.exit_code == 2
        assert "as a table of Parquet: it is damaged, cut short, or of another format" in result.output
        assert "write or copy the file again" in result.output
        assert result.output.endswith(" cannot be used: 1 error.\n")


def with_groups(history: History) -> History:
    """A year that stands out by its absence, and a family that needs help from several services."""
    pupils = dict(history.pupils)
    for name, pupil in history.pupils.items():
        if pupil.year_group == 3:
            codes = tuple("I" if place % 2 else code for place, code in enumerate(pupil.register.codes))
            pupils[name] = replace(pupil, register=replace(pupil.register, codes=codes))
    for name in list(pupils)[-2:]:
        facts = {**pupils[name].facts, "whole_family_help": (Recorded(value=True),)}
        pupils[name] = replace(pupils[name], family="F1", facts=facts)
    return replace(history, pupils=pupils)


@pytest.mark.parametrize(
    ("subject", "least"), [("school", 20), ("authority", 5), ("family", 1), ("cohort", 1)]
)
def test_what_groups_are_asked_for_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subject: str, least: int
) -> None:
    """As Parquet and Arrow what the decisions say; and the same CSV out of columns as one by one."""
    pq = pytest.importorskip("pyarrow.parquet")
    write_folder(with_groups(hillview(per_year=12)), tmp_path / "hillview")
    asked = ("evaluate", tmp_path / "hillview", "--subject", subject)
    decisions = json.loads(run(*asked, "--format", "json").stdout)["decisions"]
    expected = [(one["id"], rec["name"]) for one in decisions for rec in one["recommendations"]]
    assert len(expected) >= least
    for form in ("parquet", "arrow"):
        result = run(*asked, "--format", form, "-o", f"rows.{form}")
        assert result.exit_code == 0, result.output
        assert f"Wrote rows.{form}: {len(expected):,} rows, as on " in result.output
    rows = pq.read_table("rows.parquet").to_pylist()
    assert [(row["group"], row["name"]) for row in rows] == expected
    assert {row["subject"] for row in rows} <= {subject}
    alone = run(*asked, "--format", "csv").stdout
    monkeypatch.setattr(populations, "MANY", 1)
    assert run(*asked, "--format", "csv").stdout == alone


@pytest.mark.parametrize("options", [(), ("-o", "rows.csv")])
def test_a_table_of_groups_needs_a_file_of_its_format(
    run: Run, school: Path, options: tuple[str, ...]
) -> None:
    result = run("evaluate", school, "--subject", "school", "--format", "parquet", *options)
    assert result.exit_code == 2
    assert "needs a file" in result.output or "should end in `.parquet`" in result.output


def test_numbers_by_group_are_shown_or_written(run: Run, school: Path) -> None:
    pytest.importorskip("pyarrow")
    shown = run("evaluate", school, "--by", "school")
    assert shown.exit_code == 0
    assert shown.output.startswith("Friday 14 November 2025 · england.attendance 2024.08\n\nschool ")
    assert re.search(r"^HILLVIEW +pupils +\d+", shown.output, re.MULTILINE)
    assert run("evaluate", school, "--by", "school", "-o", "numbers.csv").exit_code == 0
    assert Path("numbers.csv").read_text(encoding="utf-8").startswith('"by","group","measure","pupils"')
    tiers = run("evaluate", school, "--by", "school", "--without-overdue")
    kept = [line for line in shown.output.splitlines() if "something overdue" not in line]
    assert [line.split() for line in tiers.output.splitlines()] == [line.split() for line in kept]
    unknown = run("evaluate", school, "--by", "shoe_size")
    assert unknown.exit_code == 2
    assert "`shoe_size` is no fact about pupils that the policy declares" in unknown.output
    assert "Did you mean `school`?" in run("evaluate", school, "--by", "schol").output


@pytest.mark.parametrize("options", [("--by", "school"), (), ("--format", "csv")])
def test_a_date_long_after_the_latest_mark_is_said(run: Run, school: Path, options: tuple[str, ...]) -> None:
    """Two weeks are no more than a holiday."""
    pytest.importorskip("pyarrow")
    said = "The latest mark is of Friday 14 November 2025: what came after it is not known."
    assert said not in run("evaluate", school, *options, "--on", "2025-11-28").output
    assert said in run("evaluate", school, *options, "--on", "2025-11-29").output


@pytest.mark.parametrize("plan", ['{"what": ', "[]", "\0"])
def test_a_damaged_plan_is_not_resumed(run: Run, school: Path, plan: str) -> None:
    """But begun anew, whatever else lies there."""
    pytest.importorskip("pyarrow")
    parts = Path(".rows.parquet.parts")
    (parts / "folder").mkdir(parents=True)
    (parts / "plan.json").write_text(plan, encoding="utf-8")
    asked = ("evaluate", school, "--format", "parquet", "-o", "rows.parquet")
    refused = run(*asked, "--resume")
    assert (refused.exit_code, "plan.json is damaged. Without --resume" in refused.output) == (2, True)
    assert run(*asked).exit_code == 0
    assert not parts.exists()


def test_what_is_in_the_way_is_named(run: Run, school: Path) -> None:
    pytest.importorskip("pyarrow")
    Path(".rows.parquet.parts").touch()
    result = run("evaluate", school, "--format", "parquet", "-o", "rows.parquet")
    assert (result.exit_code, "Cannot write .rows.parquet.parts: File exists." in result.output) == (2, True)


def test_what_cannot_be_resumed_says_why(run: Run, school: Path) -> None:
    pytest.importorskip("pyarrow")
    parts = Path(".rows.parquet.parts")
    parts.mkdir()
    (parts / "plan.json").write_text('{"what": "pupils", "in_a_batch": 3}', encoding="utf-8")
    asked = ("evaluate", school, "--format", "parquet", "-o", "rows.parquet")
    result = run(*asked, "--resume")
    assert result.exit_code == 2
    assert "is another evaluation: not the same table and the data and the policy" in result.output
    assert parts.exists()
    assert run(*asked).exit_code == 0
    assert not parts.exists()


def test_too_little_memory_says_what_would_do(run: Run, school: Path) -> None:
    pytest.importorskip("pyarrow")
    result = run("evaluate", school, "--format", "parquet", "-o", "rows.parquet", "--memory", "1MB")
    assert result.exit_code == 2
    assert re.search(r"The pupils read take \d\.\d GiB; with \d\.\dGiB they can be", result.output)
    assert not list(Path.cwd().iterdir())


def test_many_pupils_are_listed_as_few_are(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way is chosen by the number of pupils; the file is the same, octet for octet."""
    pytest.importorskip("pyarrow")
    write_folder(hillview(per_year=3), tmp_path / "hillview")
    folders = [EXAMPLE, tmp_path / "hillview"]
    for number, folder in enumerate(folders):
        assert run("evaluate", folder, "--format", "csv", "-o", f"few{number}.csv").exit_code == 0
    monkeypatch.setattr(populations, "MANY", 1)
    opened: list[str] = []
    open_ = populations._opened

    def watched(asked: populations.Asked) -> object:
        opened.append(asked.history)
        return open_(asked)

    monkeypatch.setattr(populations, "_opened", watched)
    for number, folder in enumerate(folders):
        result = run("evaluate", folder, "--format", "csv", "-o", f"many{number}.csv")
        assert result.exit_code == 0, result.output
        few, many = (Path(f"{name}{number}.csv").read_bytes() for name in ("few", "many"))
        assert few == many
        assert len(few.splitlines()) > 20
    assert opened == [str(folder) for folder in folders]
    shown = run("evaluate", folders[1], "--format", "csv")
    assert shown.stdout_bytes == Path("few1.csv").read_bytes()


def test_a_list_of_many_pupils_is_whole_or_as_it_was(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is put aside on the way goes, whatever happens; a folder that is not there yet is made."""
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(populations, "MANY", 1)
    output = tmp_path / "new" / "monday.csv"
    assert run("evaluate", EXAMPLE, "--format", "csv", "-o", output).exit_code == 0
    before = output.read_bytes()
    calls: list[object] = []
    add = PutAside.add

    def fails(self: PutAside, *given: object) -> None:
        add(self, *given)  # type: ignore[arg-type]  # what it was given
        calls.append(given)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PutAside, "add", fails)
    result = run("evaluate", EXAMPLE, "--format", "csv", "-o", output)
    assert result.exit_code == 2
    assert f"Cannot write {output}: No space left on device." in result.output
    assert calls
    assert output.read_bytes() == before
    assert [path.name for path in output.parent.iterdir()] == ["monday.csv"]


def test_no_export_that_is_mapped_is_written_over(run: Run, tmp_path: Path) -> None:
    """And its pupils are the same for one as for very many."""
    pytest.importorskip("pyarrow")
    (tmp_path / "mapping.yaml").write_text(
        "pupils: {file: Students.csv, columns: {pupil: UPN}, leave_out: others}\n"
        'marks: {file: Register.csv, columns: {pupil: UPN}, sessions: "{date} {session}"}\n'
    )
    (tmp_path / "Students.csv").write_text("UPN,Name\nP1,Ann\n")
    register = "UPN,04/09/2024 AM,04/09/2024 PM\nP1,O,O\n"
    (tmp_path / "Register.csv").write_text(register)
    for name in ("Register.csv", "Students.csv", "mapping.yaml"):
        for options in ((), ("--format", "csv")):
            result = run("evaluate", tmp_path, *options, "-o", tmp_path / name)
            assert result.exit_code == 2, result.output
            assert "is part of what is read; give another name to -o." in result.output
    assert (tmp_path / "Register.csv").read_text() == register
    assert "P1" in run("evaluate", tmp_path).output
    result = run(
        "evaluate", tmp_path, "--format", "parquet", "--pupils", "-o", tmp_path / "pupils.arrow.parquet"
    )
    assert result.exit_code == 0, result.output


def test_no_table_that_is_read_is_written_over(run: Run, tmp_path: Path) -> None:
    """In whatever form it stands, and also where a link leads to it."""
    school, pupils = example_with_parquet(tmp_path)
    kept = pupils.rename(tmp_path / "kept.parquet")
    pupils.symlink_to(kept)
    before = kept.read_bytes()
    for output in (school / "pupils.parquet", kept):
        for options in ((), ("--by", "school"), ("--subject", "school")):
            result = run("evaluate", school, "--format", "parquet", *options, "-o", output)
            assert result.exit_code == 2
            assert "is part of what is read; give another name to -o." in result.output
    assert kept.read_bytes() == before
