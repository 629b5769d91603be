"""What the commands do: exit codes, formats, files whole or not at all."""

import json
from pathlib import Path
from unittest.mock import patch

import pytest

from fingerpost.evaluate import Session
from fingerpost_cli.dates import parse_date
from tests.cli.conftest import Run

ON = ("--on", "14 November 2025")
BROKEN = (
    'policy a.b "A"\n  version 2025.1\n  language 1\n  in force from 1 September 2025\n\nrole school School\n'
)


def test_policies_lists_what_is_shipped(run: Run) -> None:
    """Both editions and the local examples, with their dates and what they extend."""
    result = run("policies")
    assert result.exit_code == 0
    assert "england@2022.09" in result.output
    assert "in force from 19 August 2024" in result.output
    assert [one["name"] for one in json.loads(run("policies", "--format", "json").output)] == [
        "england@2022.09",
        "england@2024.08",
        "local/devon@2025.1",
        "local/gloucestershire@2025.1",
        "local/school-ladder@2025.1",
    ]
    assert "extends england.attendance 2024.08, in force from 1 September 2025" in result.output


def test_a_local_example_is_found_by_its_name(run: Run) -> None:
    """As `england` is: to evaluate by, to draw, to compare with what it extends."""
    result = run("compare", "england@2024.08", "local/devon")
    assert result.exit_code == 0, result.output
    assert "at risk of persistent absence: 3% instead of 5%" in result.output


def test_check_finds_mistakes_and_says_so_with_its_exit_code(run: Run) -> None:
    """1 for errors in a policy, with file and line; 2 for no policy at all."""
    Path("wrong.policy").write_text(BROKEN, encoding="utf-8")
    result = run("check", "wrong.policy")
    assert result.exit_code == 1
    assert "wrong.policy:6" in result.output
    assert json.loads(run("check", "wrong.policy", "--format", "json").output)[0]["place"]["line"] == 6
    assert run("check", "wrong.policy", "--format", "github").output.startswith("::error")
    assert run("check", "nowhere.policy").exit_code == 2
    assert run("check").exit_code == 2


def test_check_and_test_take_the_name_of_a_shipped_policy(run: Run) -> None:
    """With its tests, and all editions if none is named; a folder of that name is meant before it."""
    assert run("check", "england@2024.08").output == "england.attendance 2024.08: no problems\n"
    both = run("check", "england", "--format", "json")
    assert (both.exit_code, json.loads(both.output)) == (0, [])
    assert "passed" in run("test", "local/devon@2025.1").output
    assert "`england@` names no policy; write `england`" in run("check", "england@").output
    unknown = run("check", "england@1999")
    assert (unknown.exit_code, "there is 2022.09, 2024.08" in unknown.output) == (2, True)
    assert "Did you mean `england`?" in run("test", "englund").output
    Path("england").mkdir()
    Path("england", "wrong.policy").write_text(BROKEN, encoding="utf-8")
    assert run("check", "england").exit_code == 1


def test_files_of_shipped_policies_are_called_as_in_the_repository(run: Run) -> None:
    """For people: programs are told where the file is."""
    Path("own.policy").write_text(
        'policy x.y "Y"\n  version 2025.1\n  language 1\n  extends england.attendance 2024.08\n'
        "  by local_authority\n  in force from 1 September 2025\n\n"
        'change threshold persistent_from to 20% because "so"\n',
        encoding="utf-8",
    )
    assert "┌─ england/2024.08/05-measures.policy:" in run("check", "own.policy").output
    assert "┌─ england/2024.08/05-measures.policy:" in run("coverage", "own.policy").output
    (label,) = json.loads(run("check", "own.policy", "--format", "json").output)[0]["labels"]
    assert Path(label["file"]).is_file()


def test_check_explains_a_code(run: Run) -> None:
    """The page of a code, and a guess for one that does not exist."""
    assert run("check", "--explain", "E0108").output.startswith("# E0108")
    assert run("check", "--explain", "E9999").exit_code == 2


def test_format_changes_a_file_once(run: Run) -> None:
    """`--check` ends with 1 while anything would change, and with 0 afterwards."""
    path = Path("a.policy")
    path.write_text('role  school "School"  part  of  authority\n', encoding="utf-8")
    assert run("format", "--check", path).exit_code == 1
    assert run("format", path).exit_code == 0
    assert path.read_text(encoding="utf-8") == 'role school "School"\n  part of authority\n'
    assert run("format", "--check", path).exit_code == 0


def test_format_leaves_a_broken_file_alone(run: Run) -> None:
    """Its mistakes are shown instead."""
    Path("wrong.policy").write_text(BROKEN, encoding="utf-8")
    result = run("format", "wrong.policy")
    assert result.exit_code == 1
    assert Path("wrong.policy").read_text(encoding="utf-8") == BROKEN


def test_evaluate_writes_a_whole_file_or_none(run: Run, school: Path) -> None:
    """With -o the list goes to the file.

    A folder that cannot be written to ends with 2 and leaves nothing.
    """
    assert run("evaluate", school, *ON, "-o", "list.txt").exit_code == 0
    assert "need something" in Path("list.txt").read_text(encoding="utf-8")
    Path("file").write_text("", encoding="utf-8")
    result = run("evaluate", school, *ON, "-o", "file/list.txt")
    assert result.exit_code == 2
    assert "Cannot write" in result.output


def test_bad_data_touches_no_output(run: Run) -> None:
    """The rows that are wrong are listed; the file of an earlier run stays as it was."""
    Path("bad").mkdir()
    Path("bad/marks.csv").write_text("pupil,date,session,code\nP1,2025-11-14,AM,§\n", encoding="utf-8")
    Path("list.txt").write_text("before", encoding="utf-8")
    result = run("evaluate", "bad", *ON, "-o", "list.txt")
    assert result.exit_code == 2
    assert "marks.csv:2" in result.output
    assert Path("list.txt").read_text(encoding="utf-8") == "before"


def test_only_pupils_and_marks_give_a_useful_list(run: Run) -> None:
    """A register alone: who is persistently absent is on the list, and nobody is six hundred unknowns."""
    days = [f"2025-09-{day:02}" for day in (*range(8, 13), *range(15, 20))]
    days += [f"2025-10-{day:02}" for day in (*range(6, 11), *range(13, 18), *range(20, 25))]
    rows = [
        f"{pupil},{day},{half},{'I' if pupil == 'P1' and place % 3 == 0 else code}"
        for pupil in ("P1", "P2")
        for place, day in enumerate(days)
        for half, code in (("AM", "/"), ("PM", "\\"))
    ]
    Path("marks.csv").write_text("pupil,date,session,code\n" + "\n".join(rows) + "\n", encoding="utf-8")
    result = run("evaluate", "marks.csv", "--on", "2025-10-24")
    assert result.exit_code == 0
    assert "1 needs something" in result.output
    assert " P1 " in result.output


def test_evaluate_from_standard_input(run: Run, school: Path) -> None:
    """`-` reads JSON from the standard input."""
    result = run("evaluate", "-", *ON, "--format", "json", stdin=school.read_text(encoding="utf-8"))
    assert result.exit_code == 0
    assert json.loads(result.output)["on"] == "2025-11-14"


def test_the_standard_input_is_called_so(run: Run) -> None:
    """And no command is advised that would have to read it again."""
    pupil = {"pupil": "P1", "year_group": 5, "marks": [{"from": "2025-11-03", "marks": "/\\IIII/\\"}]}
    list_ = run("evaluate", "-", "--on", "6 November 2025", stdin=json.dumps({"pupils": [pupil]})).output
    assert "Everything: --all" in list_
    assert "explain -" not in list_
    wrong = run("evaluate", "-", stdin=json.dumps({"pupils": [{**pupil, "colour": 1}]}))
    assert "The standard input cannot be used: 1 error." in wrong.output


def test_what_is_said_of_a_whole_school_is_a_sentence(run: Run) -> None:
    """With a capital letter and a full stop; a line that begins with what a policy is called keeps that."""
    pupil = {"pupil": "P1", "year_group": 5, "marks": [{"from": "2025-11-03", "marks": "/\\IIII/\\"}]}
    document = json.dumps({"pupils": [pupil]})
    result = run("evaluate", "-", "--on", "6 November 2028", "--policy", "england@2022.09", stdin=document)
    assert "\nNo calendar was given: a session counts as open where any pupil" in result.output
    assert "could be there.\n" in result.output
    assert "\nengland.attendance 2022.09 is not in force on 6 November 2028" in result.output


def test_what_was_evaluated_can_be_proved_again(run: Run, school: Path) -> None:
    """The records of a run replay; with another history they do not."""
    run("evaluate", school, *ON, "--format", "json", "-o", "decisions.json")
    with patch.object(Session, "open", wraps=Session.open) as opened:
        result = run("replay", "decisions.json", "--history", school)
    assert result.exit_code == 0
    assert "decisions proved again" in result.output
    assert opened.call_count == 1  # whatever the number of records of one date
    other = json.loads(school.read_text(encoding="utf-8"))
    other["pupils"] = [one for one in other["pupils"] if one["pupil"] != "P0412"]
    Path("other.json").write_text(json.dumps(other), encoding="utf-8")
    result = run("replay", "decisions.json", "--history", "other.json")
    assert result.exit_code == 1
    assert "differs" in result.output


def test_explain_for_everybody_an_action_concerns(run: Run, school: Path) -> None:
    """Without a pupil, everybody for whom there is something to do."""
    result = run("explain", school, *ON, "--action", "tell_social_worker")
    assert result.exit_code == 0
    assert "P0231" in result.output
    assert "P0412" not in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pupil", "P0413"), "Did you mean `P0412`?"),
        (("--action", "tell_socal_worker"), "Did you mean `tell_social_worker`?"),
        ((), "say which with --pupil"),
        (("--policy", "englund", "--pupil", "P0412"), "Did you mean `england`?"),
        (("--policy", "england@2023.01", "--pupil", "P0412"), "no version `2023.01`"),
        (("--on", "04/05/2024", "--pupil", "P0412"), "can be read in two ways"),
        (
            ("--on", "1 May 2019", "--pupil", "P0412"),
            "is in force on 1 May 2019; there is 2022.09 from 1 September 2022, 2024.08 from 19 August 2024.",
        ),
    ],
)
def test_wrong_use_is_answered_in_one_sentence(
    run: Run, school: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2, and what to do instead."""
    result = run("explain", school, *(() if "--on" in arguments else ON), *arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_timeline_without_a_pupil_offers_what_timeline_has(run: Run, school: Path) -> None:
    """`--action` is of `explain` alone."""
    result = run("timeline", school, *ON)
    assert result.exit_code == 2
    assert "say which with --pupil; when each was in which tier is in --format parquet." in result.output


def test_timeline_names_the_day_the_threshold_was_met(run: Run, school: Path) -> None:
    """P0412 met the national threshold on 11 November."""
    result = run("timeline", school, "--pupil", "P0412", *ON)
    assert result.exit_code == 0
    day = next(line for line in result.output.splitlines() if line.startswith("Tue 11 Nov"))
    assert "10 (1 more)" in day


def test_timeline_calls_a_tier_entered_in_the_first_days_provisional(run: Run) -> None:
    """Two days into September nobody is severely absent without that word, and with forty sessions one is."""
    marks = [{"from": "2024-09-02", "marks": "IIII" + "/\\" * 20 + "I" * 46}]
    term = {"name": "Autumn", "from": "2024-09-02", "to": "2024-12-20"}
    pupil = {"pupil": "P1", "date_of_birth": "2015-01-15", "year_group": 5, "marks": marks}
    document = {"pupils": [pupil], "calendar": {"terms": [term]}}
    Path("history.json").write_text(json.dumps(document), encoding="utf-8")
    entered = [
        line.partition("▲ ")[2]
        for line in run("timeline", "history.json").output.splitlines()
        if "▲ severely absent" in line
    ]
    assert entered == ["severely absent (provisional)", "severely absent"]


@pytest.mark.parametrize("command", ["evaluate", "explain", "timeline", "replay", "check"])
def test_every_paragraph_of_a_help_stands_at_one_margin(run: Run, command: str) -> None:
    """Above the options, whatever docstring it came from."""
    head = run(command, "--help").output.partition("Options:")[0].partition("Examples:")[0]
    margins = {len(line) - len(line.lstrip()) for line in head.splitlines()[1:] if line.strip()}
    assert margins == {2}
    assert "  " not in head.replace("\n  ", "\n")


@pytest.mark.parametrize("text", ["15 November 2024", "15 Nov 2024", "Friday 15 November 2024", "2024-11-15"])
def test_dates_are_read_in_words_and_in_iso(text: str) -> None:
    """As people write them."""
    assert parse_date(text).isoformat() == "2024-11-15"


@pytest.mark.parametrize(
    "subject",
    [
        *(
            pytest.param(one, marks=pytest.mark.slow)  # `all` has them too
            for one in ("pupil", "parent", "family", "cohort", "school", "authority")
        ),
        "all",
    ],
)
def test_every_subject_has_decisions_that_can_be_proved_again(run: Run, school: Path, subject: str) -> None:
    """Each sort by itself and all together: as a table, as JSON, and from its records."""
    table = run("evaluate", school, *ON, "--subject", subject)
    assert table.exit_code == 0, table.output
    result = run("evaluate", school, *ON, "--subject", subject, "--format", "json", "-o", "decisions.json")
    assert result.exit_code == 0, result.output
    decisions = json.loads(Path("decisions.json").read_text(encoding="utf-8"))["decisions"]
    kinds = {one["subject"] for one in decisions}
    if decisions:
        assert kinds == {subject} if subject != "all" else {"pupil", "parent", "school"} <= kinds
        proved = run("replay", "decisions.json", "--history", school)
        assert f"{len(decisions)} of {len(decisions)} decision" in proved.output
    rows = run("evaluate", school, *ON, "--subject", subject, "--format", "csv").output.splitlines()
    assert rows[0].startswith("school,subject,id,pupil,year_group,")


def test_the_daily_list_is_of_pupils_and_for_people(run: Run, school: Path) -> None:
    """It stands by itself with `--daily`, and before everything else with `--subject all`."""
    daily = run("evaluate", school, *ON, "--daily")
    assert daily.output.startswith("DAILY LIST · ")
    assert run("evaluate", school, *ON, "--subject", "all").output.startswith(daily.output)
    assert run("evaluate", school, *ON, "--daily", "--format", "csv").exit_code == 2
    assert run("evaluate", school, *ON, "--daily", "--subject", "school").exit_code == 2


def test_what_a_school_is_asked_is_explained_like_what_a_pupil_needs(run: Run, school: Path) -> None:
    """By `--subject`, or by an action that is a school's; with a pupil that is wrong use."""
    whole = run("explain", school, *ON, "--subject", "school")
    assert whole.exit_code == 0, whole.output
    assert whole.output.startswith("School ")
    one = run("explain", school, *ON, "--action", "review_attendance_data").output
    assert "because  it is asked at every school" in one
    assert one.count("rests on") == 1
    assert run("explain", school, *ON, "--subject", "school", "--format", "html").exit_code == 0
    assert run("explain", school, *ON, "--subject", "school", "--format", "json").exit_code == 0
    assert run("explain", school, *ON, "--subject", "school", "--pupil", "P0412").exit_code == 2
    assert "concerns nobody" in run("explain", school, *ON, "--action", "support_group").output


def test_what_a_policy_extends_is_found_where_path_says(run: Run, tmp_path: Path) -> None:
    """`--path` names further folders; without it nothing outside the policy's own folder is read."""
    council, school = tmp_path / "council", tmp_path / "school"
    for folder, name, extends, by in (
        (council, "a.council", "england.attendance 2024.08", "local_authority"),
        (school, "a.school", "a.council 2025.1", "school"),
    ):
        folder.mkdir()
        (folder / "a.policy").write_text(
            f'policy {name} "A" version 2025.1 language 1 extends {extends} by {by}'
            " in force from 1 September 2025\n",
            encoding="utf-8",
        )
    astray = run("check", str(school))
    assert astray.exit_code == 1
    assert "E0401" in astray.output
    assert "--path" in astray.output
    assert run("check", str(school), "--path", str(council)).exit_code == 0
    resolved = run("check", str(school), "--path", str(council), "--resolved")
    assert f"-- over a.council 2025.1 · {council / 'a.policy'}:1" in resolved.output
    assert "-- england.attendance 2024.08 · england/2024.08/05-measures.policy:22" in resolved.output
