"""What a school or an authority has to do itself: by who answers for it, late first, the rest folded."""

from __future__ import annotations

from dataclasses import replace

from fingerpost.evaluate import Session
from fingerpost.history import Authority, EventRow, Recorded, School
from fingerpost.render.standing import Audit, cohorts_text, rows_text, standing_text
from fingerpost_dsl.model.declarations import Subject
from tests.engine.histories import D
from tests.engine.meanings.asking import history, policy_of

NAMES = tuple("abcdefghij")
DECLARED = "\n".join(
    [
        'role head "Head teacher" part of school',
        'role board "Governing body"',
        'event reviewed "Reviewed" of school',
        'fact meals "Free meals" yes or no',
        'fact one_plan "One plan" yes or no of family',
        *(f'fact has_{name} "Is there {name}?" yes or no of school' for name in NAMES),
        *(
            f'action make_{name} "Make {name}" school should "make {name}, all of it" usually by head '
            f"for each school when has_{name} is no cites GUIDE.line"
            for name in NAMES
        ),
        'action review "Review the data" board should "review the data" for each school',
        "  every half term done when reviewed cites GUIDE.line",
        'measure absence "Absence" = share of absent in this academic year',
        'cohort fed "Pupils with free meals" = meals is yes least size 1',
        'cohort unfed "Pupils without free meals" = meals is no least size 1',
        'tier often "Often" when absence is at least 10%',
        'action keep "Keep at it" school should "keep at it" for each school cites GUIDE.line',
        'action help "Help" school should "help them" for each cohort when absence is at least 10%',
        "  cites GUIDE.line",
        'action plan_ "Plan" authority should "make one plan" for each family when one_plan is no',
        "  cites GUIDE.line",
    ]
)
PUPIL = 'pupil "P" in year 5 with parents "A" at school "S" of family "F"'


def session(on: str, **facts: bool) -> Session:
    """A school of one pupil, with some of its facts recorded."""
    text = 'present from 4 September 2024 to 13 September 2024 marked "I" on 4 September 2024'
    data = history(f"{text} given meals is yes given one_plan is no", words=DECLARED, pupil=PUPIL)
    rows = {name: (Recorded(value=value),) for name, value in facts.items()}
    events = (EventRow(event="reviewed", date=D("2024-10-01")),)
    school = School(id="S", authority="LA", facts=rows, events=events)
    data = replace(data, schools={"S": school}, authorities={"LA": Authority(id="LA")})
    return Session.open(policy_of(DECLARED), data, D(on))


def audit(*made: str, on: str = "2024-11-08", everything: bool = False) -> str:
    """The list of a school that has not made some things; of the others nobody recorded anything."""
    facts = {f"has_{name}": False for name in made}
    decision = session(on, **facts).decide_group(Subject.SCHOOL, "S")
    about = Audit(name="Ours", width=110, everything=everything)
    return standing_text(decision, policy_of(DECLARED), about)


def test_it_is_grouped_by_who_answers_for_it_with_those_who_do_it() -> None:
    """The head teacher acts for the school; the board is a body of its own."""
    text = audit("a")
    school, board = text.split("\nGOVERNING BODY")
    assert "\nSCHOOL" in school
    assert "make a, all of it (head teacher)" in school
    assert "review the data" in board


def test_what_nobody_recorded_is_asked_and_folded_after_the_first() -> None:
    """Of ten facts nine are open: six are asked in full, three named."""
    text = audit("a")
    assert "1 thing to do" not in text
    assert "9 not known" in text
    assert text.count("\n ?  ") == 6
    assert "… and 3 more; all of them with --all" in text
    assert audit("a", everything=True).count("\n ?  ") == 9


def test_more_than_a_few_things_are_folded_unless_all_is_asked_for() -> None:
    """Ten things to make: six lines and four names; all of them with `--all`."""
    assert "… and 4 more: make g, make h, make i and make j" in audit(*NAMES).replace("\n      ", " ")
    assert "more:" not in audit(*NAMES, everything=True)


def test_a_missed_period_is_late_and_says_how_many() -> None:
    """Reviewed in the first half term and in no other: two are missed by the end of March."""
    assert "late" not in audit(on="2024-11-08").split("GOVERNING BODY")[1].split("NOT KNOWN")[0]
    assert "late (guidance, 2 missed)" in audit(on="2025-03-28")


def test_what_is_done_is_said_in_a_line() -> None:
    assert "Done for now: review the data." in audit(on="2024-10-15")


def test_what_stands_all_the_time_is_folded() -> None:
    """An action without a condition and without a date: nobody can be late with it."""
    assert "\n    All the time: keep at it\n" in audit("a")


def test_every_cohort_has_its_rate_or_the_reason_why_not() -> None:
    """6 of 8 school days attended; of a cohort of nobody nothing can be said."""
    asked = session("2024-09-13")
    found = [asked.decide_group(Subject.COHORT, name, "S") for name in ("fed", "unfed")]
    text = cohorts_text(found, policy_of(DECLARED), 110)
    assert "    Pupils with free meals  87.5% attended\n      school: help them (ongoing)\n" in text
    assert "Too few for a figure: pupils without free meals." in text


def test_a_line_for_each_family() -> None:
    """With whose the task is."""
    asked = session("2024-09-13")
    family = rows_text([asked.decide_group(Subject.FAMILY, "F")], policy_of(DECLARED), "FAMILIES", 110)
    assert family.startswith("FAMILIES · 1 thing to do\n    F  local authority: make one plan")
