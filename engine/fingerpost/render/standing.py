"""What a school, a board or an authority has to do itself, apart from any pupil: its audit.

    Hillview Primary · the school itself · Friday 14 November 2025
    12 things to do, 3 late, 9 done

    SCHOOL                                                                  due
     !  put a clear attendance policy on its website (head teacher)         ongoing
        … and 4 more: inform parents, …

Grouped by who answers for it: the school, its board, the authority. What is late comes first, then by date;
what stands all the time is folded behind it, and so is most of what nobody has recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fingerpost.decision import Decision, Question, Status
from fingerpost.logic import Cause
from fingerpost.render.items import (
    Item,
    attended,
    due_text,
    first_clause,
    items,
    remark_text,
    rule_of,
    tier_rate,
)
from fingerpost.render.measured import lines_of
from fingerpost.render.sentences import question_text
from fingerpost.render.words import joined, long_date, percent, plural, with_right, wrapped
from fingerpost.render.worklist import DUE_WIDTH, NARROWEST_TEXT, REMARK_WIDTH, shortened
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first

_SETTLED = frozenset({Status.DONE, Status.KEPT, Status.USED})
_SHOWN = 6
"""Lines of a group, and questions, before the rest is folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """How to show what somebody has to do themselves."""

    name: str
    """The school's or authority's name, or what stands for it."""
    width: int
    everything: bool = False


def standing_text(decision: Decision, policy: Policy, audit: Audit) -> str:
    """One school's or authority's own list, and what is not known."""
    todo, settled = items([decision], policy), items([decision], policy, _SETTLED)
    late = sum(item.late for item in todo)
    counts = [f"{plural(len(todo), 'thing')} to do", f"{late} late", f"{len(settled)} done"]
    if decision.not_known:
        counts.append(f"{len(decision.not_known)} not known")
    lines = [
        f"{audit.name} · the {decision.subject.value} itself · {long_date(decision.on)}",
        ", ".join(counts),
    ]
    answering = [_answering(item.one.actor, policy) for item in todo]
    for role in dict.fromkeys(sorted(answering, key=list(policy.roles).index)):
        mine = [item for item, own in zip(todo, answering, strict=True) if own == role]
        lines += _group(role, mine, policy, audit)
    lines.append("")
    if settled:
        done = joined([lower_first(item.one.title) for item in settled])
        lines += wrapped(f"Done for now: {done}.", audit.width)
    lines += _not_known(decision.not_known, policy, audit)
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _answering(role: str, policy: Policy) -> str:
    """Who answers for what a role does: the body on whose behalf it acts."""
    while (above := policy.roles[role].part_of) is not None:
        role = above
    return role


def _group(role: str, mine: Sequence[Item], policy: Policy, audit: Audit) -> list[str]:
    ordered = sorted((item for item in mine if not _stands(item, policy)), key=_urgency)
    due = "due" + " " * (DUE_WIDTH + REMARK_WIDTH - 3) if ordered else ""
    head = with_right(policy.roles[role].title.upper(), due, audit.width)
    shown = ordered if audit.everything or len(ordered) <= _SHOWN + 1 else ordered[:_SHOWN]
    lines = ["", head.rstrip(), *(_line(item, role, policy, audit) for item in shown)]
    if len(shown) < len(ordered):
        rest = joined([lower_first(item.one.title) for item in ordered[len(shown) :]])
        lines += wrapped(f"… and {len(ordered) - len(shown)} more: {rest}", audit.width, "    ", "      ")
    standing = [item.one.title for item in mine if _stands(item, policy)]
    if standing:
        said = f"All the time: {joined(list(map(lower_first, standing)))}"
        lines += wrapped(said, audit.width, "    ", "      ")
    return lines


def _stands(item: Item, policy: Policy) -> bool:
    """Whether it is asked all the time, whatever is on record: there is nothing to be late with."""
    rule = rule_of(policy, item.one)
    return item.one.status is Status.ONGOING and rule is not None and not rule.when


def _urgency(item: Item) -> tuple[bool, bool, tuple[object, ...]]:
    """Late first, then what has a date, then what stands until it is so."""
    return (not item.late, item.one.due is None, item.order)


def _line(item: Item, role: str, policy: Policy, audit: Audit) -> str:
    one = item.one
    who = "" if item.owner == role else f" ({lower_first(policy.roles[item.owner].title)})"
    room = max(audit.width - 4 - DUE_WIDTH - REMARK_WIDTH - 1, NARROWEST_TEXT)
    text = first_clause(one.text)
    if len(text) > room - len(who):
        text = shortened(lower_first(one.title), room - len(who))
    text += who
    return f" {'!' if item.late else ' '}  {text:<{room}} {due_text(one, item.decision.on):<{DUE_WIDTH}}" + (
        remark_text(item, policy)
    )


def _not_known(questions: Sequence[Question], policy: Policy, audit: Audit) -> Iterable[str]:
    if not questions:
        return
    yield f"NOT KNOWN · {plural(len(questions), 'answer')} would settle what else is asked"
    many = len(questions) > _SHOWN + 1 and not audit.everything
    for question in questions[: _SHOWN if many else None]:
        settles = joined([_title(rule, policy) for rule in question.settles])
        yield from wrapped(f"{question_text(question)} Settles: {settles}", audit.width, " ?  ", "    ")
    if many:
        yield f"    … and {len(questions) - _SHOWN} more; all of them with --all"


def _title(rule: str, policy: Policy) -> str:
    return lower_first((policy.actions.get(rule) or policy.steps[rule]).title)


# --- several subjects, a line each ------------------------------------------------------------------


def rows_text(decisions: Iterable[Decision], policy: Policy, heading: str, width: int) -> str:
    """What there is to do for parents, families or cohorts: one line for each thing, whoever it is for."""
    every = list(decisions)
    todo = sorted(items(every, policy), key=_urgency)
    wide = max((len(_who(item.decision, policy)) for item in todo), default=0)
    lines = [f"{heading} · {plural(len(todo), 'thing')} to do"]
    room = max(width - 4 - wide - 2 - DUE_WIDTH - REMARK_WIDTH - 1, NARROWEST_TEXT)
    for item in todo:
        who = f"{_who(item.decision, policy):<{wide}}"
        owner = policy.roles[item.owner].title
        text = f"{lower_first(owner)}: {first_clause(item.one.text)}"
        if len(text) > room:
            text = shortened(f"{lower_first(owner)}: {lower_first(item.one.title)}", room)
        due = due_text(item.one, item.decision.on)
        mark = "!" if item.late else " "
        lines.append(f" {mark}  {who}  {text:<{room}} {due:<{DUE_WIDTH}}{remark_text(item, policy)}".rstrip())
    return "\n".join(lines) + "\n"


def cohorts_text(decisions: Sequence[Decision], policy: Policy, width: int) -> str:
    """Each cohort's rate of attendance, and what there is to do where one stands out."""
    shown = [one for one in decisions if not _is_too_small(one, policy)]
    wide = max((len(_who(one, policy)) for one in shown), default=0)
    todo = items(shown, policy)
    lines = [f"COHORTS · {plural(len(todo), 'thing')} to do"]
    for decision in shown:
        mine = [item for item in todo if item.decision is decision]
        flag = "!" if any(item.late for item in mine) else " "
        lines.append(f" {flag}  {_who(decision, policy):<{wide}}  {_rate(decision, policy)}")
        for item in sorted(mine, key=_urgency):
            owner = lower_first(policy.roles[item.owner].title)
            when = f" ({due_text(item.one, decision.on)})"
            lines += wrapped(f"{owner}: {first_clause(item.one.text)}{when}", width, " " * 6, " " * 8)
    small = [lower_first(_who(one, policy)) for one in decisions if one not in shown]
    if small:
        lines += wrapped(f"Too few for a figure: {joined(small)}.", width, "    ", "      ")
    return "\n".join(lines) + "\n"


def _is_too_small(decision: Decision, policy: Policy) -> bool:
    measured = tier_rate(decision.measures, policy)
    return measured is not None and measured.cause in (Cause.TOO_FEW, Cause.NO_POSSIBLE_SESSION)


def _rate(decision: Decision, policy: Policy) -> str:
    measured = tier_rate(decision.measures, policy)
    if measured is None:
        return ""
    cause = measured.cause.value if measured.cause else "not known"
    if not measured.exact and measured.lowest is not None and measured.highest is not None:
        bounds = (percent(1 - bound, lines_of(policy)) for bound in (measured.highest, measured.lowest))
        return f"{' to '.join(dict.fromkeys(bounds))} attended: {cause}"
    return attended(decision, policy) or cause


def _who(decision: Decision, policy: Policy) -> str:
    match decision.subject:
        case Subject.COHORT:
            return policy.cohorts[decision.id].title
        case Subject.PARENT:
            return f"{decision.id} of {decision.within}"
        case _:
            return decision.id
