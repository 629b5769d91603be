"""What a school or an authority has to do itself, apart from any pupil.

Its standing actions, what is late first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fingerpost.decision import Decision, Question, Status
from fingerpost.render.items import Item, due_text, items, remark_text
from fingerpost.render.sentences import question_text
from fingerpost.render.words import joined, long_date, plural, wrapped
from fingerpost_dsl.model.policy import Policy

_SETTLED = frozenset({Status.DONE, Status.KEPT, Status.USED})


def standing_text(decision: Decision, policy: Policy, name: str, width: int) -> str:
    """One school's or authority's own list, and what is not known."""
    todo = items([decision], policy)
    settled = items([decision], policy, _SETTLED)
    late = sum(item.late for item in todo)
    lines = [
        f"{name} · the {decision.subject.value} itself · {long_date(decision.on)}",
        f"{plural(len(todo), 'thing')} to do, {late} late, {len(settled)} done",
        "",
        *_rows(todo, policy, decision, width),
    ]
    if settled:
        done = joined([item.one.title[:1].lower() + item.one.title[1:] for item in settled])
        lines.extend(wrapped(f"Done for now: {done}.", width))
    lines.extend(_not_known(decision.not_known, policy, width))
    return "\n".join(lines).rstrip() + "\n"


def _rows(todo: Sequence[Item], policy: Policy, decision: Decision, width: int) -> Iterable[str]:
    for item in todo:
        mark = "!" if item.late else " "
        owner = policy.roles[item.owner].title
        missed = f", {item.one.overdue_count} missed" if item.one.overdue_count > 1 else ""
        right = f"{due_text(item.one, decision.on)}  {remark_text(item, policy)}{missed}".rstrip()
        yield from wrapped(f"{owner}: {item.one.text}", width, f" {mark}  ", "    ")
        yield f"      {right}"
    if todo:
        yield ""


def _not_known(questions: Sequence[Question], policy: Policy, width: int) -> Iterable[str]:
    if questions:
        yield f"NOT KNOWN · {plural(len(questions), 'answer')} would settle what else is asked"
    for question in questions:
        settles = joined([_title(rule, policy) for rule in question.settles])
        yield from wrapped(f"{question_text(question)} Settles: {settles}", width, " ?  ", "    ")


def _title(rule: str, policy: Policy) -> str:
    title = (policy.actions.get(rule) or policy.steps[rule]).title
    return title[:1].lower() + title[1:]
