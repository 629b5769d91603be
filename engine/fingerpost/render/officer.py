"""One pupil explained to an officer.

What to do and why, what not and why not, what is not known, what would change it.

Every line can be defended: the very marks, the threshold with its origin, the passage, and at the end the
record that lets anyone get the same answer. A person decides about every step of enforcement, and the text
says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from fingerpost.decision import Decision, Question, Status
from fingerpost.explain import Explanation
from fingerpost.logic import Truth
from fingerpost.render.facts import (
    about_when,
    ends_when,
    for_parents,
    occasion_title,
    rate_line,
    rests_on,
    standing,
    tier_line,
    unless_words,
    who_must,
    with_whom,
)
from fingerpost.render.items import TO_DO, Item, first_clause, items
from fingerpost.render.not_now import ending_words, near, not_now_lines
from fingerpost.render.sentences import Point, because, question_text, why_not
from fingerpost.render.words import flowed, joined, long_date, plain_date, short_date, with_right, wrapped
from fingerpost_dsl.model.declarations import Modality, Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first

PAST = frozenset({Status.DONE, Status.USED, Status.KEPT, Status.LAPSED, Status.EXPIRED})


def officer_text(
    explanation: Explanation,
    policy: Policy,
    *,
    width: int = 100,
    only: str | None = None,
    everything: bool = False,
) -> str:
    """The explanation of one pupil as text; of one action or step if `only` names it.

    `everything` lists also what is far from applying.
    """
    decision = explanation.decision
    lines = [*heading(decision, policy, width), ""]
    todo = _chosen(items([decision], policy, TO_DO), only)
    seen: set[tuple[str, ...]] = set()
    for number, item in enumerate(todo, 1):
        lines += recommendation(item, policy, width, str(number), seen)
        for text in _endings(item, explanation, policy):
            lines += wrapped(text, width, "   → ")
        lines.append("")
    if not todo:
        lines += [f"Nothing to do about `{only}` now." if only else "Nothing to do now.", ""]
    lines += _barred(decision, policy, width, only)
    lines += _not_known(decision, policy, width, only)
    lines += _not_now(explanation, policy, width, only, everything=everything)
    lines += _past(decision, policy, width, only)
    lines += record_lines(decision, width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _endings(item: Item, explanation: Explanation, policy: Policy) -> list[str]:
    """When what it rests on leaves the window; said once for all parents."""
    for ending in explanation.endings:
        if ending.rule == item.one.name and ending.parent == item.one.parent:
            return ending_words(ending, policy, item.decision.on)
    return []


def _not_now(
    explanation: Explanation, policy: Policy, width: int, only: str | None, *, everything: bool
) -> list[str]:
    groups = near(explanation, only, everything=everything)
    if not groups:
        return []
    lines = ["NOT NOW"]
    for group in groups:
        lines += not_now_lines(group, policy, explanation.decision.on, width)
    return [*lines, ""]


def _chosen(found: Sequence[Item], only: str | None) -> list[Item]:
    return [item for item in found if only is None or item.one.name == only]


def heading(decision: Decision, policy: Policy, width: int) -> list[str]:
    """Who, when, by which policy, and how the pupil stands."""
    known = f" · as known on {plain_date(decision.known_on)}" if decision.known_on else ""
    standing = " · ".join(part for part in (rate_line(decision, policy), tier_line(decision, policy)) if part)
    return [
        f"{who(decision, policy)} · {long_date(decision.on)}{known}",
        *wrapped(standing, width),
        *(line for remark in decision.remarks for line in wrapped(f"({remark.text})", width)),
    ]


def who(decision: Decision, policy: Policy) -> str:
    """The pupil with the year; of any other subject what it is."""
    match decision.subject:
        case Subject.PUPIL:
            year = {None: "", 0: " · Reception"}.get(decision.year_group, f" · Year {decision.year_group}")
            return f"{decision.id}{year}"
        case Subject.PARENT:
            return f"Parent {decision.id} of {decision.within}"
        case Subject.COHORT:
            at = f" at {decision.within}" if decision.within else ""
            return f"{policy.cohorts[decision.id].title}{at}"
        case _:
            return f"{decision.subject.value.capitalize()} {decision.id}".rstrip()


def recommendation(
    item: Item, policy: Policy, width: int, number: str, seen: set[tuple[str, ...]]
) -> list[str]:
    """One recommendation: who must do what, for whom, how it stands, because of what, resting on what.

    `seen` are the marks already listed above, which need no second list.
    """
    one, on = item.one, item.decision.on
    first, rest = f"{number:<3}", "   "
    status = standing(item)
    body = wrapped(who_must(one), width - len(status) - 2, first, rest)
    lines = [with_right(body[0], status, width), *body[1:]]
    said = (about_when(item), for_parents(item), with_whom(one, policy), unless_words(one))
    asides = [part for part in said if part]
    lines += wrapped("; ".join(asides), width, rest) if asides else []
    points = because(one.reason, policy, on)
    if points:
        lines += labelled("because", points, width, rest, seen)
    elif why := because_of(item, policy):
        lines += wrapped(why, width, f"{rest}because  ")
    lines += _titled("rests on", rests_on(one, policy), width, rest)
    if done := ends_when(one, policy):
        lines += wrapped(done, width, f"{rest}ends when  ")
    lines += [line for note in one.notes for line in wrapped(f"note: {note}", width, rest, rest + "  ")]
    return lines


_EVERYWHERE = {
    Subject.PUPIL: "for every pupil",
    Subject.PARENT: "for every parent",
    Subject.FAMILY: "for every family",
    Subject.COHORT: "for every cohort",
    Subject.SCHOOL: "at every school",
    Subject.AUTHORITY: "in every authority",
}
"""For whom something is asked, whoever it is asked of: at a school some things are asked of parents."""


def because_of(item: Item, policy: Policy) -> str:
    """Why, where no condition that holds says so."""
    one = item.one
    if one.occasion is not None:
        return occasion_title(item, policy)
    if one.reason.truth is Truth.TRUE:
        verb = "may be done" if one.modality is Modality.MAY else "is asked"
        return f"it {verb} {_EVERYWHERE[item.decision.subject]}"
    if one.triggered is not None:
        when = short_date(one.triggered, item.decision.on)
        return f"it applied from {when} and stands until it is done"
    return ""


def labelled(
    label: str, points: Sequence[Point], width: int, indent: str, seen: set[tuple[str, ...]] | None = None
) -> list[str]:
    """Points one below the other, the first after a word; each with its marks and events."""
    lines: list[str] = []
    hanging = indent + " " * (len(label) + 2)
    for place, point in enumerate(points):
        again = seen is not None and len(point.details) > 1 and point.details in seen
        text = f"{point.text} (the same marks as above)" if again else point.text
        lines += wrapped(text, width, f"{indent}{label}  " if place == 0 else hanging, hanging)
        lines += [] if again else _details(point, width, hanging)
        if seen is not None:
            seen.add(point.details)
    return lines


def _details(point: Point, width: int, indent: str) -> list[str]:
    return [
        line
        for row in flowed(point.details, width, indent)
        for line in (wrapped(row.strip(), width, indent) if len(row) > width else [row])
    ]


def _titled(label: str, said: Sequence[str], width: int, indent: str) -> list[str]:
    hanging = indent + " " * (len(label) + 2)
    lines: list[str] = []
    for place, text in enumerate(said):
        lines += wrapped(text, width, f"{indent}{label}  " if place == 0 else hanging, hanging)
    return lines


# --- what is barred, not known, past ------------------------------------------------------------------------


def _barred(decision: Decision, policy: Policy, width: int, only: str | None) -> list[str]:
    found = _chosen(items([decision], policy, frozenset({Status.BARRED})), only)
    if not found:
        return []
    lines = ["BARRED"]
    for item in found:
        lines += wrapped(who_must(item.one), width, "   ")
        if parents := for_parents(item):
            lines.append(f"   {parents}")
        for bar in item.one.barred_by:
            lifts = f"; the bar lifts on {short_date(bar.lifts, decision.on)}" if bar.lifts else ""
            lines += wrapped(f"{bar.title}{lifts}", width, "     ✗ ")
            lines += labelled("because", because(bar.reason, policy, decision.on), width, "       ")
    return [*lines, ""]


def _not_known(decision: Decision, policy: Policy, width: int, only: str | None) -> list[str]:
    found = _chosen(items([decision], policy, frozenset({Status.UNKNOWN})), only)
    questions = [q for q in decision.not_known if only is None or only in q.settles]
    if not found and not questions:
        return []
    lines = ["NOT KNOWN"]
    asked = {name for question in questions for name in question.settles}
    for item in found:
        said = _may_apply(item, policy, width, explained=item.one.name in asked)
        lines += [line for line in said if line not in lines]
    if questions:
        lines.append("   To find out, in order of how much hangs on it:")
        for question in questions:
            lines += wrapped(_asked(question, policy), width, "     ? ")
    return [*lines, ""]


def whether_text(item: Item) -> str:
    """`whether school should hold a more formal conversation with the parents`."""
    who, rest = item.one.actor_title, f"{item.one.modality.value} {first_clause(item.one.text)}"
    parents = for_parents(item)
    return f"whether {lower_first(who)} {rest}{', ' + parents if parents else ''}"


def _may_apply(item: Item, policy: Policy, width: int, *, explained: bool) -> list[str]:
    """One recommendation that may apply: its points too, unless a question below stands for them."""
    who, rest = item.one.actor_title, f"{item.one.modality.value} {first_clause(item.one.text)}"
    parents = for_parents(item)
    lines = wrapped(
        f"whether {lower_first(who)} {rest}{', ' + parents if parents else ''}", width, "   ", "     "
    )
    if explained:
        return lines
    for point in why_not(item.one.reason, policy, item.decision.on):
        lines += wrapped(point.text, width, "     ? ")
        lines += _details(point, width, "       ")
    return lines


def _asked(question: Question, policy: Policy) -> str:
    roles = [lower_first(policy.roles[role].title) for role in question.ask if role in policy.roles]
    whose = f" (parent {question.whose})" if question.whose else ""
    ask = f" Ask: {joined(roles, 'or')}." if roles else ""
    titles = [_title(name, policy) for name in question.settles]
    return f"{question_text(question)}{whose}{ask} Settles: {', '.join(titles)}"


def _title(name: str, policy: Policy) -> str:
    rule = policy.actions.get(name) or policy.steps.get(name)
    return lower_first(rule.title) if rule else name


def _past(decision: Decision, policy: Policy, width: int, only: str | None) -> list[str]:
    found = _chosen(items([decision], policy, PAST), only)
    if not found:
        return []
    lines = ["DONE OR PAST"]
    for item in found:
        text = f"{item.one.title}: {standing(item)}"
        parents = for_parents(item)
        lines += wrapped(f"{text}{', ' + parents if parents else ''}", width, "   ", "     ")
    return [*lines, ""]


def record_lines(decision: Decision, width: int) -> list[str]:
    """What lets anyone get the same answer, in lines."""
    return wrapped(record_text(decision), width)


def record_text(decision: Decision) -> str:
    """What lets anyone get the same answer."""
    record = decision.record
    return (
        f"Record {short(record.result_digest)}: policy {record.version} {short(record.policy_digest)}, "
        f"history {short(record.history_digest)}, engine {record.engine}. "
        "Anyone with the same files gets the same answer: fingerpost replay"
    )


def short(digest: str) -> str:
    """A digest by its ends.

    >>> short("f3c10000000000000000009a")
    'f3c1…9a'
    """
    return f"{digest[:4]}…{digest[-2:]}" if len(digest) > 8 else digest or "none"
