"""From the syntax tree to the model: what each form becomes, with every name resolved."""

import datetime as dt
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest

from fingerpost_dsl import Policy, load_text
from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.declarations import ByDate, Subject
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.source import SourceText, Span

PREAMBLE = Path(__file__).with_name("preamble.policy").read_text(encoding="utf-8")
HERE = Span(SourceText("", ""), 0, 0)
UNAUTHORISED = ex.MarkSet(name="unauthorised", kinds=frozenset({ex.CodeKind.UNAUTHORISED_ABSENCE}))
THIS_TERM = ex.InPeriod(unit=Unit.TERM, previous=False, span=HERE)


def policy(text: str) -> Policy:
    loaded, found = load_text(PREAMBLE + text)
    assert loaded is not None, "\n".join(f"{one} {one.help}" for one in found if one.is_error)
    return loaded


def quantity(amount: int | Fraction, unit: Unit) -> ex.Literal:
    return ex.Literal(value=Quantity(Fraction(amount), unit), span=HERE)


def threshold(name: str) -> ex.ThresholdValue:
    return ex.ThresholdValue(name=name, span=HERE)


def event(name: str, **more: object) -> ex.Selection:
    return ex.Selection(name=name, occasion=False, span=HERE, **more)  # type: ignore[arg-type]  # fields by name


def anchor(selection: ex.Selection, edge: ex.Edge | None = None) -> ex.Anchor:
    return ex.Anchor(selection=selection, edge=edge, span=HERE)


def marks(**more: object) -> ex.CountOfMarks:
    return ex.CountOfMarks(marks=UNAUTHORISED, span=HERE, **more)  # type: ignore[arg-type]  # fields by name


VALUES: list[tuple[str, ex.Value, Unit | None]] = [
    ("count of unauthorised in this term", marks(windows=(THIS_TERM,)), Unit.SESSION),
    ("count of unauthorised on Mondays, Fridays", marks(weekdays=frozenset({0, 4})), Unit.SESSION),
    ("count of whole days of unauthorised", marks(whole_days=True), Unit.SCHOOL_DAY),
    (
        'count of "G" not before first_day',
        ex.CountOfMarks(
            marks=ex.MarkSet(name="G", codes=frozenset({"G"})),
            windows=(ex.NotBefore(date=threshold("first_day"), span=HERE),),
            span=HERE,
        ),
        Unit.SESSION,
    ),
    (
        "current run of holiday in school days",
        ex.Run(
            marks=ex.MarkSet(name="holiday", codes=frozenset({"G"})),
            current=True,
            unit=Unit.SCHOOL_DAY,
            span=HERE,
        ),
        Unit.SCHOOL_DAY,
    ),
    (
        "weeks with at least 2 sessions of unauthorised in last term",
        ex.WeeksWith(
            marks=UNAUTHORISED,
            at_least=quantity(2, Unit.SESSION),
            windows=(ex.InPeriod(unit=Unit.TERM, previous=True, span=HERE),),
            span=HERE,
        ),
        Unit.SCHOOL_WEEK,
    ),
    (
        "most unauthorised in any period in this term",
        ex.MostInAny(marks=UNAUTHORISED, amount=threshold("period"), windows=(THIS_TERM,), span=HERE),
        Unit.SESSION,
    ),
    (
        "count of letter where (kind is final and reply_by in this term)",
        ex.CountOfEvents(
            selection=event(
                "letter",
                where=(
                    ex.FieldIs(field="kind", choices=("final",), negated=False, span=HERE),
                    ex.FieldWithin(field="reply_by", window=THIS_TERM, span=HERE),
                ),
            ),
            span=HERE,
        ),
        Unit.NUMBER,
    ),
    (
        "count of letter where reply_by is less than date",
        ex.CountOfEvents(
            selection=event(
                "letter",
                where=(
                    ex.FieldCompare(
                        field="reply_by",
                        comparison=ex.Comparison.LESS_THAN,
                        operand=ex.FieldRef(field="date", span=HERE),
                        span=HERE,
                    ),
                ),
            ),
            span=HERE,
        ),
        Unit.NUMBER,
    ),
    (
        "school days since the end of long_absence",
        ex.TimeSince(
            unit=Unit.SCHOOL_DAY,
            anchor=anchor(ex.Selection(name="long_absence", occasion=True, span=HERE), ex.Edge.END),
            span=HERE,
        ),
        Unit.SCHOOL_DAY,
    ),
    (
        "date of latest letter",
        ex.DateOf(anchor=anchor(event("letter", which=ex.Which.LATEST)), span=HERE),
        None,
    ),
    (
        "absence as at the end of last half term",
        ex.MeasureValue(name="absence", as_at=ex.EndOfLast(unit=Unit.HALF_TERM), span=HERE),
        Unit.SHARE,
    ),
    (
        "absence of its school",
        ex.MeasureValue(name="absence", of_school=True, span=HERE),
        Unit.SHARE,
    ),
    (
        "lowest of (absence; line)",
        ex.Extreme(
            highest=False,
            values=(ex.MeasureValue(name="absence", span=HERE), threshold("line")),
            span=HERE,
        ),
        Unit.SHARE,
    ),
    (
        "absence - 2% + 1/100",
        ex.Sum(
            terms=(
                (1, ex.MeasureValue(name="absence", span=HERE)),
                (-1, quantity(Fraction(2, 100), Unit.SHARE)),
                (1, quantity(Fraction(1, 100), Unit.SHARE)),
            ),
            span=HERE,
        ),
        Unit.SHARE,
    ),
    (
        "unauthorised_sessions / limit",
        ex.Product(
            factors=((1, ex.MeasureValue(name="unauthorised_sessions", span=HERE)), (-1, threshold("limit"))),
            span=HERE,
        ),
        Unit.SHARE,
    ),
    (
        "absence to 1 decimal",
        ex.Rounded(
            value=ex.MeasureValue(name="absence", span=HERE), rounding=ex.Rounding.ONE_DECIMAL, span=HERE
        ),
        Unit.SHARE,
    ),
    ("fine", threshold("fine"), Unit.MONEY),
    ("first_day", threshold("first_day"), None),
]


@pytest.mark.parametrize(("text", "value", "unit"), VALUES, ids=[text for text, _, _ in VALUES])
def test_a_value_becomes(text: str, value: ex.Value, unit: Unit | None) -> None:
    measure = policy(f'measure m "M" = {text}\n').measures["m"]
    assert measure.value == value
    assert measure.unit is unit


CONDITIONS: list[tuple[str, ex.Condition]] = [
    (
        "ill",
        ex.Is(
            value=ex.FactValue(name="ill", span=HERE),
            choices=(ex.Literal(value=True, span=HERE),),
            span=HERE,
        ),
    ),
    (
        "compulsory_school_age is no",
        ex.Is(
            value=ex.BuiltInValue(built_in=ex.BuiltIn.COMPULSORY_SCHOOL_AGE, span=HERE),
            choices=(ex.Literal(value=False, span=HERE),),
            span=HERE,
        ),
    ),
    (
        "support is one of (fully; partly)",
        ex.Is(
            value=ex.FactValue(name="support", span=HERE),
            choices=(ex.Literal(value="fully", span=HERE), ex.Literal(value="partly", span=HERE)),
            span=HERE,
        ),
    ),
    (
        "count of meeting is most_notices",
        ex.Is(
            value=ex.CountOfEvents(selection=event("meeting"), span=HERE),
            choices=(threshold("most_notices"),),
            span=HERE,
        ),
    ),
    (
        "support is unknown",
        ex.IsKnown(value=ex.FactValue(name="support", span=HERE), negated=True, span=HERE),
    ),
    (
        "no meeting since first_day",
        ex.Not(
            condition=ex.Happened(
                selection=event("meeting"),
                windows=(ex.Since(moment=threshold("first_day"), span=HERE),),
                span=HERE,
            ),
            span=HERE,
        ),
    ),
    (
        "long_absence in this term",
        ex.Happened(
            selection=ex.Selection(name="long_absence", occasion=True, span=HERE),
            windows=(THIS_TERM,),
            span=HERE,
        ),
    ),
    (
        "at least 1 of (struggling; only in tier over_the_line)",
        ex.AtLeastOf(
            number=quantity(1, Unit.NUMBER),
            conditions=(
                ex.ConditionRef(name="struggling", span=HERE),
                ex.InTier(name="over_the_line", only=True, span=HERE),
            ),
            span=HERE,
        ),
    ),
    (
        "every parent has (checked)",
        ex.ForParents(
            every=True,
            condition=ex.Is(
                value=ex.FactValue(name="checked", span=HERE),
                choices=(ex.Literal(value=True, span=HERE),),
                span=HERE,
            ),
            span=HERE,
        ),
    ),
]


@pytest.mark.parametrize(("text", "condition"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_a_condition_becomes(text: str, condition: ex.Condition) -> None:
    assert policy(f'condition c "C" = {text}\n').conditions["c"].condition == condition


@pytest.mark.parametrize(
    ("text", "kinds", "codes", "without"),
    [
        ('"N", "G"', set(), {"N", "G"}, set()),
        ('absent except "I"', {"authorised absence", "unauthorised absence"}, set(), {"I"}),
        ("absent except authorised", {"unauthorised absence"}, set(), set()),
        ('"I", "N" except authorised', set(), {"N"}, set()),
        ('authorised, "N"', {"authorised absence"}, {"N"}, set()),
        ("holiday", set(), {"G"}, set()),
    ],
)
def test_a_set_of_codes_is_opened_up(text: str, kinds: set[str], codes: set[str], without: set[str]) -> None:
    found = policy(f'codes c "C" = {text}\n').code_sets["c"].marks
    assert {kind.value for kind in found.kinds} == kinds
    assert (set(found.codes), set(found.without)) == (codes, without)


def test_steps_and_bars_are_for_those_for_whom_their_pathway_is() -> None:
    loaded = policy('bar b "B" stops issue when notices is at least most_notices\n')
    assert loaded.steps["consider"].subject is Subject.PARENT
    assert loaded.bars["b"].subject is Subject.PARENT


def test_a_rule_for_each_occasion_names_it_and_may_hang_on_it() -> None:
    loaded = policy(
        """
action tell "Tell"
  school should "tell the social worker"
  for each occasion of holiday
  within 1 school day of the start of holiday
  by 31 July each year
  done when meeting since the start of holiday
"""
    )
    tell = loaded.actions["tell"]
    assert (tell.subject, tell.occasion) == (Subject.PUPIL, "holiday")
    assert tell.within is not None
    assert tell.within.anchor == anchor(ex.Selection(name="holiday", occasion=True, span=HERE), ex.Edge.START)
    assert tell.by_date == ByDate(date=(7, 31), span=HERE)


def test_an_event_lasts_as_long_as_a_threshold_says() -> None:
    loaded = policy('threshold six "Six" = 6 weeks ours "so"\nevent e "E" lasts from 3 to six\n')
    shortest, longest = loaded.events["e"].lasts or (None, None)
    assert (str(shortest), str(longest)) == ("3 weeks", "6 weeks")


def test_a_test_keeps_what_it_is_given() -> None:
    loaded = policy(
        r"""
test "a register"
  pupil "P1" in year 5 born 15 January 2015 with parents "A", "B" at school "S"
  school "S" phase primary
  calendar "england-2024-25"
  closed on 22 November 2024
  on roll from 4 September 2024
  present from 4 September 2024 to 15 November 2024
  marked "G" on 4 November 2024 AM recorded 5 November 2024
  marks "/\-{G}" from 11 November 2024
  given notice on 1 October 2024 for parent "A" with outcome is paid
    relying on marks from 4 September 2024 to 5 September 2024
  given support is declined from 1 October 2024
  pupil in year 6
  given no plan
  on 15 November 2024
  known on 16 November 2024
  expect measure absence is 4/86
  expect no step consider for parent "B"
  expect provisional tier over_the_line
"""
    )
    (test,) = loaded.tests
    assert [pupil.pupil for pupil in test.pupils] == ["P1", "P2"]
    first = test.pupils[0]
    assert [one.code for one in first.marks] == [None, "G", None]
    assert first.marks[1].half_day == "AM"
    assert first.marks[2].marks == ("/", "\\", "-", "G")
    assert first.events[0].fields == (("outcome", "paid", None),)
    assert first.events[0].whose == (Subject.PARENT, "A")
    assert first.facts[0].value == "declined"
    assert test.schools == (("S", "primary"),)
    assert test.known_on == dt.date(2024, 11, 16)
    assert len(test.expects) == 3


def test_every_span_lies_in_the_text() -> None:
    loaded = policy("")
    for rule in (*loaded.rules(), *loaded.measures.values(), *loaded.tiers.values()):
        for node in walk(rule):
            span = getattr(node, "span", None)
            if isinstance(span, Span):
                assert 0 <= span.start < span.end <= len(span.source.text)


_WORD = re.compile(r'"[^"\n]*"|[A-Za-z_][\w.]*|\d[\w%/]*|[^\s\w]')


@pytest.mark.parametrize("seed", range(60))
def test_whatever_a_policy_says_the_checker_answers(seed: int) -> None:
    """Words put in each other's place make every sort of nonsense; each is a finding inside the text."""
    chance = random.Random(seed)
    text = PREAMBLE
    words = [match.group() for match in _WORD.finditer(text)]
    for _ in range(chance.randint(1, 5)):
        place = chance.choice(list(_WORD.finditer(text)))
        text = text[: place.start()] + chance.choice(words) + text[place.end() :]
    for finding in load_text(text)[1]:
        assert isinstance(finding.span, Span)
        assert 0 <= finding.span.start <= finding.span.end <= len(text)


def test_pupils_who_are_alike_are_told_of_in_one_clause() -> None:
    """Each has its own name, and what follows is of each; what is of their school is said once."""
    loaded = policy(
        """
fact lead "Has a lead" yes or no of school
test "a class"
  pupil "away" in year 5
  pupils "2" to "4" in year 5 at school "S"
  present on 4 September 2024
  given support is declined
  given lead is yes
  pupil "of no recorded year"
  on 15 November 2024
  expect tier over_the_line
"""
    )
    (test,) = loaded.tests
    assert [one.pupil for one in test.pupils] == ["away", "2", "3", "4", "of no recorded year"]
    assert [one.year_group for one in test.pupils] == [5, 5, 5, 5, None]
    assert [len(one.marks) for one in test.pupils] == [0, 1, 1, 1, 0]
    assert [len(one.facts) for one in test.pupils] == [0, 2, 1, 1, 0]


def test_a_field_may_change_later() -> None:
    loaded = policy(
        """
test "paid late"
  pupil "P1" in year 5 with parents "A"
  given notice on 1 October 2024 for parent "A"
    with outcome is outstanding, outcome is paid since 5 November 2024
  on 15 November 2024
  expect tier over_the_line
"""
    )
    (event,) = loaded.tests[0].pupils[0].events
    assert event.fields == (("outcome", "outstanding", None), ("outcome", "paid", dt.date(2024, 11, 5)))
