"""Whom a change of policy moves, one line a pupil, with the reason.

    Hillview Primary, 412 pupils on Friday 14 November 2025: 77 move
    17 more in “At risk of persistent absence” (60, was 43); new: 60 “First letter”; nobody loses …

    P0305  Y3  enters “At risk of persistent absence”; + first letter (due Wed 19 Nov)
               attendance 95.8%, overall absence 4.2% (4 of 96 sessions); the line is 4%

`+` is what is asked now and was not, `-` what is asked no more, `~` what is asked otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from fingerpost.compare import ASKED, Difference, Move, Moves, RecommendationChange, Sort, TierChange
from fingerpost.decision import Recommendation, Status, TierState
from fingerpost.logic import Truth
from fingerpost.reasons import Reason
from fingerpost.render.difference_words import changed_words
from fingerpost.render.items import due_text
from fingerpost.render.measured import provenance
from fingerpost.render.sentences import Point, because, why_not
from fingerpost.render.words import long_date, plural, short_date, wrapped, year_group, year_width
from fingerpost_dsl.model.expressions import Compare
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first
from fingerpost_dsl.wording.english import quoted

LONGEST_LIST = 40
MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """How the moves of a school are shown."""

    name: str
    before: Policy
    after: Policy
    differences: tuple[Difference, ...]
    """Of the two policies, to say which of them moves a pupil."""
    width: int
    everything: bool = False


def moves_text(moves: Moves, school: School) -> str:
    """Counts, then a line for each pupil with the reason."""
    head = f"{school.name}, {plural(moves.pupils, 'pupil')} on {long_date(moves.on)}: {_number(moves)}"
    lines = wrapped(head, school.width)
    if not moves.moved:
        return "\n".join(lines) + "\n"
    lines += wrapped("; ".join(_counts(moves, school)), school.width)
    lines.append("")
    limit = len(moves.moved) if school.everything else LONGEST_LIST
    shown = moves.moved if len(moves.moved) <= limit + 1 else moves.moved[:limit]
    ids = max(len(move.pupil) for move in shown)
    years = year_width(move.after.year_group for move in shown)
    for move in shown:
        lines += _line(move, ids, years, moves.on, school)
    if len(shown) < len(moves.moved):
        lines.append(f"… and {plural(len(moves.moved) - len(shown), 'more pupil')}: --all")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _number(moves: Moves) -> str:
    match len(moves.moved):
        case 0:
            return "nobody moves"
        case 1:
            return "1 moves"
        case number:
            return f"{number:,} move"


# --- counts -------------------------------------------------------------------------------------------------


def _counts(moves: Moves, school: School) -> Iterator[str]:
    """Tiers entered and left, then recommendations by rule, then whether anybody loses one."""
    for tier in moves.tiers:
        title = quoted((school.after.tiers.get(tier.name) or school.before.tiers[tier.name]).title)
        if tier.after != tier.before:
            number, word = abs(tier.after - tier.before), "more" if tier.after > tier.before else "fewer"
            yield f"{number:,} {word} in {title} ({tier.after:,}, was {tier.before:,})"
    changes = [one for move in moves.moved for one in move.recommendations]
    both = [one for one in changes if _both_asked(one)]
    yield from _by_rule("new", [one for one in changes if one.gained])
    yield from _by_rule("no longer", [one for one in changes if one.lost])
    yield from _by_rule("due earlier", [one for one in both if _due_order(one) < 0])
    yield from _by_rule("due later", [one for one in both if _due_order(one) > 0])
    if moves.nobody_loses:
        yield "nobody loses a recommendation"


def _by_rule(what: str, changes: list[RecommendationChange]) -> Iterator[str]:
    """`new: 22 “First letter”, 4 “Understand what stands in the way”`."""
    counted = Counter(_title(one) for one in changes)
    most = counted.most_common(MOST_NAMED)
    rest = counted.total() - sum(number for _, number in most)
    said = [f"{number:,} {quoted(title)}" for title, number in most] + ([f"{rest:,} more"] if rest else [])
    if said:
        yield f"{what}: {', '.join(said)}"


def _both_asked(one: RecommendationChange) -> bool:
    return all(each is not None and each.status in ASKED for each in (one.before, one.after))


def _due_order(one: RecommendationChange) -> int:
    """-1 if it is due earlier, 1 if later; 0 where a date is missing on one side."""
    assert one.before is not None
    assert one.after is not None
    if one.before.due is None or one.after.due is None or one.before.due == one.after.due:
        return 0
    return -1 if one.after.due < one.before.due else 1


def _title(one: RecommendationChange) -> str:
    given = one.after or one.before
    assert given is not None
    return given.title


# --- one pupil ----------------------------------------------------------------------------------------------


def _line(move: Move, ids: int, years: int, on: dt.date, school: School) -> list[str]:
    """What moves the pupil, and below it the reason."""
    place = f"{move.pupil:<{ids}}  {year_group(move.after.year_group):<{years}}  "
    tiers = [_tier_words(one) for one in move.tiers]
    changes = [one for one in _in_order(move) if school.everything or _matters(one)]
    rules = list(dict.fromkeys(_change_words(one, on) for one in changes))
    most = len(rules) if school.everything else MOST_NAMED
    shown = rules if len(rules) <= most + 1 else rules[:most]
    left = len(rules) - len(shown) + len(move.recommendations) - len(changes)
    said = "; ".join([*tiers, *shown, *([plural(left, "more change")] if left else [])])
    reason = _reason(move, on, school)
    if reason and len(place) + len(said) + len(reason) + 3 <= school.width:
        return [f"{place}{said} · {reason}"]
    lines = wrapped(said, school.width, place)
    return lines + (wrapped(reason, school.width, " " * len(place)) if reason else [])


def _matters(one: RecommendationChange) -> bool:
    """Whether anything is asked by either policy: what is done or lapsed by both asks nobody anything."""
    return any(
        each is not None and each.status in (*ASKED, Status.BARRED) for each in (one.before, one.after)
    )


def _in_order(move: Move) -> list[RecommendationChange]:
    """What is gone first, then what is new, then what is otherwise."""
    return sorted(move.recommendations, key=lambda one: (not one.lost, not one.gained))


def _tier_words(one: TierChange) -> str:
    given = one.after or one.before
    assert given is not None
    title = quoted(given.title)
    if one.entered:
        provisional = one.after is not None and one.after.state is TierState.PROVISIONAL
        return f"enters {title}" + (" (provisional)" if provisional else "")
    if one.left:
        return f"leaves {title}"
    now = TierState.NOT if one.after is None else one.after.state
    said = {
        TierState.HOLDS: "is certain",
        TierState.PROVISIONAL: "is provisional",
        TierState.UNKNOWN: "is not known",
        TierState.NOT: "is ruled out",
    }
    return f"{title} {said[now]}"


def _change_words(one: RecommendationChange, on: dt.date) -> str:
    title = lower_first(_title(one))
    sign = "+" if one.gained else "-" if one.lost else "~"
    if one.after is None or one.before is None:
        given = one.after or one.before
        assert given is not None
        word = "was " if one.after is None else ""
        return f"{sign} {title} ({word}{_standing(given, on)})"
    new, old = _standing(one.after, on), _standing(one.before, on)
    if new != old:
        return f"{sign} {title} ({new}, was {old})"
    return f"{sign} {title} ({_otherwise(one.before, one.after, on)})"


def _standing(one: Recommendation, on: dt.date) -> str:
    """`due Fri 21 Nov`, `late since Thu 13 Nov`, `barred`, `ongoing`."""
    match one.status:
        case Status.DUE if one.due is not None:
            return f"due {due_text(one, on)}"
        case Status.OVERDUE if one.due is not None:
            return f"late since {short_date(one.due, on)}"
        case Status.AVAILABLE:
            return "may"
        case Status.UNKNOWN:
            return "not known whether"
        case _:
            return str(one.status.value)


def _otherwise(before: Recommendation, after: Recommendation, on: dt.date) -> str:
    """What differs where status and date do not."""
    if before.modality is not after.modality:
        return f"{after.modality.value}, was {before.modality.value}"
    if before.provisional is not after.provisional:
        return "provisional" if after.provisional else "no longer provisional"
    if before.due is not None and after.due is not None and before.due != after.due:
        new, old = short_date(after.due, on), short_date(before.due, on)
        return f"{after.status.value}, by {new}, was {old}"
    if before.overdue_count != after.overdue_count:
        return f"{after.overdue_count} missed, was {before.overdue_count}"
    if before.applies is not after.applies:
        return "now certain" if after.applies is Truth.TRUE else "not certain"
    return "falls to somebody else"


# --- why ----------------------------------------------------------------------------------------------------


def _reason(move: Move, on: dt.date, school: School) -> str:
    """Why the first of a pupil's changes: what now holds, or holds no more, or which clause changed."""
    for tier in move.tiers:
        found = _tier_reason(tier, on, school)
        if found:
            return found
    for one in _in_order(move):
        found = _rule_reason(one, on, school)
        if found:
            return found
    return ""


def _tier_reason(one: TierChange, on: dt.date, school: School) -> str:
    if one.after is None:
        return "the policy has no such tier any more"
    return _points(one.after.reason, school.after, on)


def _rule_reason(one: RecommendationChange, on: dt.date, school: School) -> str:
    name = one.key[0]
    if one.after is None:
        if name not in school.after.actions and name not in school.after.steps:
            return "the policy does not ask it any more"
        assert one.before is not None
        changed = _what_changed(name, school)
        return changed or f"no longer: {_points(one.before.reason, school.before, on)}"
    if one.gained or one.before is None:
        return _points(one.after.reason, school.after, on)
    return _what_changed(name, school) or _points(one.after.reason, school.after, on)


def _points(reason: Reason, policy: Policy, on: dt.date) -> str:
    """What holds, if the whole holds; otherwise what does not."""
    holds = reason.truth is Truth.TRUE
    points = (because if holds else why_not)(reason, policy, on)
    said = dict.fromkeys(_brief(point, policy) for point in points)
    return "; ".join(list(said)[:2])


def _brief(point: Point, policy: Policy) -> str:
    """A point without whose number it is: that stands with the difference."""
    clause = point.reason.clause
    return (
        point.text.replace(provenance(clause.right, policy), "")
        if isinstance(clause, Compare)
        else point.text
    )


def _what_changed(rule: str, school: School) -> str:
    """The differences that touch a rule, or are its own."""
    own = [
        one
        for one in school.differences
        if one.sort is Sort.CHANGED
        and not one.is_wording
        and (one.name == rule or any(touched.name == rule for touched in one.effect.touched))
    ]
    return "; ".join(changed_words(one, school.after) for one in own[:2])
