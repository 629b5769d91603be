"""Meaning 31: the smallest change that would make a rule apply."""

import pytest

from fingerpost.changes import Change, EventsRecorded, FactsRecorded, MoreSessions
from fingerpost.explain import WhyNot, explain_in
from tests.engine.histories import D
from tests.engine.meanings.asking import ask

PRESENT = "present from 4 September 2024 to 13 September 2024"
COUNT = """measure m "M" = count of ill in the last 2 school weeks
action a "A" school should "call" when m is at least 4 sessions"""


def why_not(policy: str, text: str, on: str = "2024-09-13") -> WhyNot:
    asked = ask(policy, text, on)
    return explain_in(asked.session, "P", rules=["a"]).not_now[0]


def changes(policy: str, text: str, on: str = "2024-09-13") -> tuple[Change, ...]:
    return why_not(policy, text, on).changes


@pytest.mark.parametrize(
    ("ill", "more", "first", "last"),
    [(0, 4, "2024-09-17", None), (1, 3, "2024-09-17", "2024-09-20"), (3, 1, "2024-09-16", "2024-09-20")],
)
def test_the_least_number_of_future_possible_sessions(
    ill: int, more: int, first: str, last: str | None
) -> None:
    """So many more sessions with the code, on the next open ones, and no fewer.

    Until when so many would still do.
    """
    text = f'{PRESENT} marks "{"I" * ill}" from 12 September 2024' if ill else PRESENT
    (change,) = changes(COUNT, text)
    assert isinstance(change, MoreSessions)
    assert (change.number, change.code, str(change.from_date)) == (more, "I", first)
    assert change.until == (D(last) if last else None)


def test_sessions_that_drop_out_meanwhile_cost_more() -> None:
    """Where marks leave the window before the new ones come, as many more are needed."""
    policy = COUNT.replace("2 school weeks", "2 school days")
    (change,) = changes(policy, PRESENT + ' marked "I" on 13 September 2024')
    assert isinstance(change, MoreSessions)
    assert (change.number, str(change.from_date)) == (2, "2024-09-16")
    (change,) = changes(policy, PRESENT + ' marked "I" on 13 September 2024 AM')
    assert isinstance(change, MoreSessions)
    assert (change.number, str(change.from_date)) == (4, "2024-09-17")


FACTS = 'action a "A" school should "call" when support is declined and checked is yes'


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ("", (("checked", True, None), ("support", "declined", None))),
        ("given checked is yes", (("support", "declined", None),)),
        ("given support is declined given checked is no", (("checked", True, None),)),
    ],
)
def test_the_least_number_of_facts(known: str, expected: object) -> None:
    """Of facts the fewest that would do, whether unknown or recorded otherwise, in order of their names."""
    (change,) = changes(FACTS, f"{PRESENT} {known}")
    assert isinstance(change, FactsRecorded)
    assert change.facts == expected


def test_the_least_number_of_events() -> None:
    """Of events the fewest that would do, with the fields asked for."""
    policy = """action a "A" school should "call"
      when letter where kind is final in this term and meeting in this term"""
    (change,) = changes(policy, PRESENT + " given no letter given no meeting")
    assert isinstance(change, EventsRecorded)
    assert [(name, fields) for name, fields, _ in change.events] == [
        ("letter", (("kind", "final"),)),
        ("meeting", ()),
    ]


def test_one_sort_at_a_time() -> None:
    """A rule that lacks marks and a fact is turned by neither alone: no smallest change is found."""
    policy = COUNT + " and support is declined"
    assert changes(policy, PRESENT) == ()
    assert [type(one) for one in changes(policy, PRESENT + " given support is declined")] == [MoreSessions]
    either = COUNT + " or support is declined"
    assert [type(one) for one in changes(either, PRESENT)] == [MoreSessions, FactsRecorded]


def test_why_not_separates_false_from_not_known() -> None:
    """The clauses that fail come first, then those that are not known."""
    found = why_not(COUNT + " and support is declined", PRESENT)
    assert [leaf.truth.value for leaf in found.failing] == ["false", "unknown"]
