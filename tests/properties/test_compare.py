"""Two policies compared: nothing where nothing changed, all of what did, and never a claim that is not so."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fingerpost.compare import Demand, Difference, Effect, Order, Sort, Timing, Touched, compare, moves
from fingerpost.decision import Decision, Status
from fingerpost.evaluate import evaluate
from fingerpost.history import History
from fingerpost.logic import Truth
from fingerpost.render.comparison import Pages, comparison_text
from fingerpost.render.json_form import decision_object
from fingerpost_dsl.load import load_text
from fingerpost_dsl.model.policy import Policy
from tests.strategies import Written, dates_of, few, histories, load, policies

_NUMBER = re.compile(r" = (?P<number>\d+)(?P<unit> [a-z ]+)")
_OTHER_WAY = {Timing.SOONER: Timing.LATER, Timing.OFTENER: Timing.RARER, Timing.LONGER: Timing.SHORTER}
_OTHER_WAY |= {late: soon for soon, late in _OTHER_WAY.items()}
_OTHER_DEMAND = {Demand.MORE: Demand.LESS, Demand.LESS: Demand.MORE}


def mirrored(one: Difference) -> Difference:
    """The same difference as seen from the other policy, without what only one of them can say."""
    sorts = {Sort.ADDED: Sort.REMOVED, Sort.REMOVED: Sort.ADDED, Sort.CHANGED: Sort.CHANGED}
    touched = tuple(map(_turned, one.effect.touched))
    return replace(
        _bare(one),
        sort=sorts[one.sort],
        name=one.earlier_name,
        earlier_name=one.name,
        before=one.after,
        after=one.before,
        effect=Effect(touched=touched),
    )


def _turned(one: Touched) -> Touched:
    return replace(
        one,
        reach=one.reach.flipped,
        timing=_OTHER_WAY.get(one.timing, one.timing),
        demand=_OTHER_DEMAND.get(one.demand, one.demand),
    )


def _bare(one: Difference) -> Difference:
    """Without the title, the reason and the place, which are the later policy's."""
    return replace(
        one, title="", because=None, file="", part_of=(), effect=Effect(touched=one.effect.touched)
    )


@st.composite
def one_declaration_changed(draw: st.DrawFn) -> tuple[Policy, Policy, str]:
    """A policy, and the same with one declaration as another policy has it; the declaration's name."""
    written, other = draw(policies()), draw(policies())
    theirs = {_name(text): text for text in other.declarations[2:]}
    places = [
        place
        for place, text in enumerate(written.declarations)
        if place >= 2 and theirs.get(_name(text), text) != text
    ]
    assume(places)
    place = draw(st.sampled_from(places))
    name = _name(written.declarations[place])
    changed = list(written.declarations)
    changed[place] = theirs[name]
    policy, _ = load_text("\n".join(changed) + "\n")
    assume(policy is not None)
    assert policy is not None
    return written.policy, policy, name.split()[1]


@st.composite
def a_threshold_changed(draw: st.DrawFn) -> tuple[Policy, Policy, str]:
    """A policy, the same with one more of something in one threshold, and the threshold's name."""
    written = draw(policies())
    places = [
        place
        for place, text in enumerate(written.declarations)
        if text.startswith("threshold ") and _NUMBER.search(text)
    ]
    place = draw(st.sampled_from(places))
    found = _NUMBER.search(written.declarations[place])
    assert found is not None
    changed = list(written.declarations)
    more = f" = {int(found['number']) + draw(st.integers(1, 5))}{found['unit'].rstrip('s')}s"
    changed[place] = _NUMBER.sub(more, changed[place], count=1)
    policy, _ = load_text("\n".join(changed) + "\n")
    assume(policy is not None)
    assert policy is not None
    pair = (written.policy, policy) if draw(st.booleans()) else (policy, written.policy)
    return *pair, _name(changed[place]).split()[1]


def _name(text: str) -> str:
    """`threshold some_days`, `action action_0`."""
    return " ".join(text.split(maxsplit=2)[:2])


@settings(max_examples=few(20))
@given(policies())
def test_a_policy_compared_with_itself_has_no_difference(written: Written) -> None:
    found = compare(written.policy, load(written.declarations))
    assert found.differences == ()
    pages = Pages(before=written.policy, after=written.policy, width=100)
    assert comparison_text(found, pages).endswith("No difference.\n")


@settings(max_examples=few(25))
@given(policies(), policies())
def test_the_other_way_round_is_the_mirror_image(one: Written, other: Written) -> None:
    """What is new is gone, what reaches more reaches fewer, and what is said before is said after."""
    there = {mirrored(found) for found in compare(one.policy, other.policy).differences}
    back = {_bare(found) for found in compare(other.policy, one.policy).differences}
    assert there - back == set()
    assert back - there == set()


@settings(max_examples=few(30))
@given(a_threshold_changed())
def test_a_changed_threshold_is_found_and_nothing_else(found: tuple[Policy, Policy, str]) -> None:
    before, after, name = found
    [difference] = compare(before, after).differences
    assert (difference.sort, difference.kind, difference.clause) == (Sort.CHANGED, "threshold", "value")
    assert difference.name == name


@settings(max_examples=few(30))
@given(one_declaration_changed())
def test_only_what_was_changed_is_found(found: tuple[Policy, Policy, str]) -> None:
    """One declaration is another's: every difference is of that one, and there is one if the meaning is."""
    before, after, name = found
    differences = compare(before, after).differences
    assert {one.name for one in differences} <= {name}
    assert all(one.sort is Sort.CHANGED for one in differences)
    assert bool(differences) or before.digest == after.digest or _only_order(before, after, name)


def _only_order(before: Policy, after: Policy, name: str) -> bool:
    """Whether a rule has the same clauses, in another order."""
    rules = [next((rule for rule in policy.rules() if rule.name == name), None) for policy in (before, after)]
    if rules[0] is None or rules[1] is None:
        return any(name in policy.tiers or name in policy.bars for policy in (before, after))
    return sorted(map(repr, rules[0].when)) == sorted(map(repr, rules[1].when))


# --- what is claimed of an effect ---------------------------------------------------------------------------


@st.composite
def changed_over_a_history(draw: st.DrawFn) -> tuple[Policy, Policy, History, dt.date]:
    before, after, _ = draw(st.one_of(one_declaration_changed(), a_threshold_changed()))
    history = draw(histories())
    return before, after, history, draw(dates_of(history))


def _holding(decision: Decision) -> set[tuple[str, str, int]]:
    """What applies for certain and is not barred, with the tiers that hold."""
    stopped = (Status.BARRED, Status.UNKNOWN)
    rules = {
        one.key
        for one in decision.recommendations
        if one.reason.truth is Truth.TRUE and one.status not in stopped
    }
    return rules | {(one.name, "", 0) for one in decision.tiers if one.reason.truth is Truth.TRUE}


@settings(max_examples=few(60))
@given(changed_over_a_history())
def test_what_is_said_to_reach_more_reaches_all_whom_it_reached(
    found: tuple[Policy, Policy, History, dt.date],
) -> None:
    """Of actions and tiers. What is not said to be touched reaches the same."""
    before, after, history, on = found
    claims: dict[str, set[Order]] = {}
    for difference in compare(before, after).differences:
        for one in difference.effect.touched:
            claims.setdefault(one.name, set()).add(one.reach)
    named = {*before.actions, *before.tiers} & {*after.actions, *after.tiers}
    for pupil in history.pupils:
        old, new = (_holding(evaluate(policy, history, on, pupil=pupil)) for policy in (before, after))
        for name in named:
            was, now = ({key for key in keys if key[0] == name} for keys in (old, new))
            orders = claims.get(name, set()) - {Order.SAME}
            if orders <= {Order.MORE}:
                assert was <= now, name
            if orders <= {Order.FEWER}:
                assert now <= was, name


# --- whom a change moves ------------------------------------------------------------------------------------


@settings(max_examples=few(20))
@given(policies(), policies(), histories(), st.data())
def test_the_pupils_who_move_are_those_decided_otherwise(
    one: Written, other: Written, history: History, data: st.DataObject
) -> None:
    """Held against the decisions as they are printed, made for each pupil alone."""
    on = data.draw(dates_of(history))
    found = moves(one.policy, other.policy, history, on)
    there = [pupil for pupil, known in history.pupils.items() if known.is_on_roll(on)]
    differing = {
        pupil
        for pupil in there
        if _printed(one.policy, history, on, pupil) != _printed(other.policy, history, on, pupil)
    }
    assert found.pupils == len(there)
    assert {move.pupil for move in found.moved} == differing


def _printed(policy: Policy, history: History, on: dt.date, pupil: str) -> list[str]:
    """Tiers and recommendations, by what of them makes a difference."""
    shown = decision_object(evaluate(policy, history, on, pupil=pupil))
    tiers = [f"{one['name']} {one['state']}" for one in shown["tiers"] if one["state"] != "not"]
    keys = ("name", "parent", "occasion", "applies", "status", "due", "modality", "provisional")
    rules = [
        str(
            [one.get(key) for key in keys] + [one.get("usually_by") or one["actor"], one.get("overdue_count")]
        )
        for one in (*shown["recommendations"], *shown["barred"])
    ]
    return sorted(tiers) + sorted(rules)
