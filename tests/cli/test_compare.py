"""`fingerpost compare`: which editions are meant, what a program gets, and how it fails."""

import json
import re
from importlib import resources
from pathlib import Path
from shutil import copy

from jsonschema import Draft202012Validator

from tests.cli.conftest import Run
from tests.docs.manual import EXAMPLES

ON = ("--on", "14 November 2025")


def against_the_schema(found: object) -> list[str]:
    """What the published schema of a comparison has against it."""
    text = resources.files("fingerpost").joinpath("schemas", "comparison.schema.json").read_text("utf-8")
    Draft202012Validator.check_schema(json.loads(text))
    return [error.message for error in Draft202012Validator(json.loads(text)).iter_errors(found)]


def test_the_same_is_given_to_a_program(run: Run, school: Path) -> None:
    """Every difference with its effect, and the pupils who move, as data."""
    copy(EXAMPLES / "devon.policy", "devon.policy")
    result = run("compare", "england", "devon.policy", "--history", school, *ON, "--format", "json")
    found = json.loads(result.output)
    assert against_the_schema(found) == []
    changed = {one["name"]: one for one in found["differences"] if one["sort"] == "changed"}
    assert set(changed) == {"at_risk_from", "conversation_within"}
    assert changed["at_risk_from"]["because"] == "families asked us to reach them earlier"
    assert {one["reach"] for one in changed["at_risk_from"]["touched"]} == {"more"}
    assert {one["timing"] for one in changed["conversation_within"]["touched"]} == {"sooner"}
    moves = found["moves"]
    assert moves["nobody_loses"] is True
    [at_risk] = [one for one in moves["tiers"] if one["name"] == "at_risk"]
    entered = [one for pupil in moves["moved"] for one in pupil["tiers"] if one["entered"]]
    assert at_risk["after"] - at_risk["before"] == len(entered) > 0


def test_a_reason_is_said_once(run: Run, school: Path) -> None:
    """The tier's line and the rule's own condition may ask for the same share."""
    text = (EXAMPLES / "devon.policy").read_text(encoding="utf-8")
    asked = "  in tier at_risk\n  when absence is at least 4%\n"
    Path("devon.policy").write_text(text.replace("  in tier at_risk\n", asked, 1), encoding="utf-8")
    result = run("compare", "england", "devon.policy", "--history", school, *ON, "--all")
    said = " ".join(result.output.split())
    assert "of 96 sessions); the line is 4.0%" in said
    assert re.search(r"(attendance [\d.]+%, [^;]+; the line is 4\.0%); \1", said) is None


def test_without_a_history_nobody_is_moved(run: Run) -> None:
    """The clauses alone."""
    found = json.loads(run("compare", "england@2022.09", "england", "--format", "json").output)
    assert found["moves"] is None
    assert against_the_schema(found) == []
    assert against_the_schema({**found, "moved": []}) != []
    assert found["after"]["version"] == "2024.08"
    assert ("WT22", "WT24") in {(one["before"], one["after"]) for one in found["replaced"]}


def test_the_date_chooses_the_edition(run: Run) -> None:
    """`england` is the edition in force on the date; both are the same one before August 2024."""
    result = run("compare", "england", "england@2022.09", "--on", "1 March 2024")
    assert result.output.endswith("No difference.\n")


def test_a_policy_that_is_not_there(run: Run) -> None:
    """One clear sentence, and 2."""
    result = run("compare", "england", "devon")
    assert result.exit_code == 2
    assert "There is no policy `devon`" in result.output


def test_the_output_never_takes_the_place_of_what_is_compared(run: Run) -> None:
    """`-o` with one of the policies is refused."""
    copy(EXAMPLES / "devon.policy", "devon.policy")
    before = Path("devon.policy").read_bytes()
    result = run("compare", "england", "devon.policy", "-o", "devon.policy")
    assert result.exit_code == 2
    assert Path("devon.policy").read_bytes() == before
