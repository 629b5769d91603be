"""What a school, a board or an authority has to do itself, apart from any pupil: its audit.

    Hillview Primary · the school itself · Friday 14 November 2025
    12 things to do, 3 late, 9 done

    SCHOOL                                                                  due
     !  put a clear attendance policy on its website (head teacher)         ongoing
        … and 4 more: inform parents, …

Grouped by who answers for it: the school, its board, the authority. What is late comes first, then by date;
what stands all the time is folded behind it, and so is what nobody has recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fingerpost.decision import Decision, Question, Status
from fingerpost.render.items import Item, due_text, first_clause, items, remark_text
from fingerpost.render.sentences import question_text
from fingerpost.render.words import joined, long_date, plural, with_right, wrapped
from fingerpost.render.worklist import DUE_WIDTH, NARROWEST_TEXT, REMARK_WIDTH, shortened
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
    head = with_right(
        policy.roles[role].title.upper(), "due" + " " * (DUE_WIDTH + REMARK_WIDTH - 3), audit.width
    )
    ordered = sorted(mine, key=_urgency)
    shown = ordered if audit.everything or len(ordered) <= _SHOWN + 1 else ordered[:_SHOWN]
    lines = ["", head.rstrip(), *(_line(item, role, policy, audit) for item in shown)]
    if len(shown) < len(ordered):
        rest = joined([lower_first(item.one.title) for item in ordered[len(shown) :]])
        lines += wrapped(f"… and {len(ordered) - len(shown)} more: {rest}", audit.width, "    ", "      ")
    return lines


def _urgency(item: Item) -> tuple[bool, bool, tuple[object, ...]]:
    """Late first, then what has a date, then what stands until it is so."""
    return (not item.late, item.one.due is None, item.order)


def _line(item: Item, role: str, policy: Policy, audit: Audit) -> str:
    one = item.one
    who = "" if item.owner == role else f" ({lower_first(policy.roles[item.owner].title)})"
    room = max(audit.width - 4 - DUE_WIDTH - REMARK_WIDTH - 1, NARROWEST_TEXT)
    text = shortened(first_clause(one.text), room - len(who)) + who
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
        rest = joined([lower_first(question.text) for question in questions[_SHOWN:]])
        yield from wrapped(f"… and {len(questions) - _SHOWN} more: {rest}", audit.width, "    ", "      ")


def _title(rule: str, policy: Policy) -> str:
    return lower_first((policy.actions.get(rule) or policy.steps[rule]).title)


# --- several subjects, a line each ------------------------------------------------------------------


def rows_text(decisions: Iterable[Decision], policy: Policy, heading: str, width: int) -> str:
    """What there is to do for parents, families or cohorts: one line for each thing, whoever it is for."""
    every = list(decisions)
    todo = sorted(items(every, policy), key=_urgency)
    names = {id(one): _who(one, policy) for one in every}
    wide = max((len(name) for name in names.values()), default=0)
    lines = [f"{heading} · {plural(len(todo), 'thing')} to do"]
    room = max(width - 4 - wide - 2 - DUE_WIDTH - REMARK_WIDTH - 1, NARROWEST_TEXT)
    for item in todo:
        who = f"{names[id(item.decision)]:<{wide}}"
        owner = lower_first(policy.roles[item.owner].title)
        text = shortened(f"{owner}: {first_clause(item.one.text)}", room)
        due = due_text(item.one, item.decision.on)
        mark = "!" if item.late else " "
        lines.append(f" {mark}  {who}  {text:<{room}} {due:<{DUE_WIDTH}}{remark_text(item, policy)}".rstrip())
    return "\n".join(lines) + "\n"


def _who(decision: Decision, policy: Policy) -> str:
    cohort = policy.cohorts.get(decision.id)
    if decision.subject.value == "cohort" and cohort is not None:
        return cohort.title
    return f"{decision.id} of {decision.within}" if decision.within else decision.id
