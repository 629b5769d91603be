"""What the renderings of one pupil have in common.

How the pupil stands, and what a recommendation rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fingerpost.decision import Decision, Recommendation, Status, TierResult, TierState
from fingerpost.logic import Truth
from fingerpost.reasons import Measured
from fingerpost.render.items import Item, deadline_owner, rule_of, tier_rate
from fingerpost.render.measured import is_share_of_absence, lines_of, origin, provenance
from fingerpost.render.sentences import occasion_words
from fingerpost.render.words import both_rates, joined, percent, short_date
from fingerpost_dsl.model.declarations import Modality, Tier
from fingerpost_dsl.model.expressions import CodeKind, Compare, MeasureValue, ShareOfMarks, ThresholdValue
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.wording import lower_first, say_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How much a pupil attended, by the measure that the tiers go by."""

    attendance: str
    absence: str
    absent: int | None
    possible: int | None
    unauthorised: int | None


def rate_of(decision: Decision, policy: Policy) -> Rate | None:
    """The pupil's rate; None where it is not exact."""
    measured = tier_rate(decision.measures, policy)
    if measured is None or not measured.exact or measured.lowest is None:
        return None
    attendance, absence = both_rates(measured.lowest, lines_of(policy))
    absent, possible = measured.parts or (None, None)
    return Rate(
        attendance=attendance,
        absence=absence,
        absent=absent,
        possible=possible,
        unauthorised=_unauthorised(decision, policy, possible),
    )


def _unauthorised(decision: Decision, policy: Policy, possible: int | None) -> int | None:
    """How many of the absent sessions were unauthorised, by a measure over the same sessions."""
    for name, measure in policy.measures.items():
        value = measure.value
        if not isinstance(value, ShareOfMarks) or value.marks.codes or value.marks.without:
            continue
        measured = decision.measures.get(name)
        if value.marks.kinds == {CodeKind.UNAUTHORISED_ABSENCE} and measured and measured.parts:
            count, of = measured.parts
            return count if of == possible else None
    return None


def rate_line(decision: Decision, policy: Policy) -> str:
    """`Attendance 89.6% (absence 10.4%: 10 of 96 sessions, all unauthorised)`."""
    rate = rate_of(decision, policy)
    if rate is None:
        measured = tier_rate(decision.measures, policy)
        return f"Attendance {_inexact(measured, policy)}"
    of = ""
    if rate.absent is not None and rate.possible is not None:
        of = f": {rate.absent} of {rate.possible} sessions{_how_unauthorised(rate)}"
    return f"Attendance {rate.attendance} (absence {rate.absence}{of})"


def _how_unauthorised(rate: Rate) -> str:
    if rate.unauthorised is None or not rate.absent:
        return ""
    if rate.unauthorised == rate.absent:
        return ", all unauthorised"
    return f", {rate.unauthorised} of them unauthorised" if rate.unauthorised else ", all authorised"


def _inexact(measured: Measured | None, policy: Policy) -> str:
    if measured is None:
        return "is not measured by this policy"
    cause = f": {measured.cause.value}" if measured.cause else ""
    if not measured.applicable:
        return f"does not apply{cause}"
    low, high = measured.lowest, measured.highest
    if isinstance(low, Fraction) and isinstance(high, Fraction) and not (low == 0 and high == 1):
        lines = [1 - line for line in lines_of(policy)]
        least, most = percent(1 - high, lines), percent(1 - low, lines)
        return f"nearly {least}{cause}" if least == most else f"between {least} and {most}{cause}"
    return f"is not known{cause}"


# --- tiers --------------------------------------------------------------------------------------------------


def deepest(decision: Decision, policy: Policy) -> TierResult | None:
    """The last tier with a condition of its own that the pupil holds, provisionally or not."""
    held = [
        tier
        for tier in decision.tiers
        if tier.state in (TierState.HOLDS, TierState.PROVISIONAL) and policy.tiers[tier.name].when
    ]
    return held[-1] if held else None


def tier_line(decision: Decision, policy: Policy) -> str:
    """`persistently absent; the line is 10%`, `at risk … (provisional: fewer than 40 sessions so far)`."""
    held = deepest(decision, policy)
    unknown = [tier for tier in decision.tiers if tier.state is TierState.UNKNOWN]
    said = []
    if held is not None:
        declared = policy.tiers[held.name]
        provisional = ""
        if held.state is TierState.PROVISIONAL and declared.provisional_below is not None:
            few = say_amount(declared.provisional_below, policy)
            whose = origin(declared.provisional_below, policy)
            provisional = f" (provisional: fewer than {few} so far{f'; {whose}' if whose else ''})"
        said.append(f"{lower_first(held.title)}{provisional}{_line(declared, policy)}")
    if unknown:
        said.append(f"not known whether {joined([lower_first(t.title) for t in unknown], 'or')}")
    return " · ".join(said)


def _line(tier: Tier, policy: Policy) -> str:
    for condition in tier.when:
        match condition:
            case Compare(left=MeasureValue() as left, right=ThresholdValue(name=name)):
                value = policy.thresholds[name].value
                if isinstance(value, Quantity) and is_share_of_absence(left, policy):
                    return f"; the line is {percent(1 - value.amount)}{provenance(condition.right, policy)}"
            case _:
                pass
    return ""


# --- recommendations ----------------------------------------------------------------------------------------


def who_must(one: Recommendation) -> str:
    """`School must …`, with who takes part and who shares it left to `with_whom`."""
    return f"{one.actor_title} {one.modality.value} {one.text}"


def with_whom(one: Recommendation, policy: Policy) -> str:
    """Who takes part, who shares it, whose list it is on; nothing where it is the actor alone."""
    said = []
    if one.jointly_with:
        said.append(f"jointly with {_roles(one.jointly_with, policy)}")
    if one.with_roles:
        said.append(f"with {_roles(one.with_roles, policy)}")
    if one.usually_by and one.usually_by != one.actor:
        said.append(f"usually by {_roles((one.usually_by,), policy)}")
    return ", ".join(said)


def _roles(names: tuple[str, ...], policy: Policy) -> str:
    titles = [lower_first(policy.roles[name].title) if name in policy.roles else name for name in names]
    return joined(titles)


def for_parents(item: Item) -> str:
    """`for parents A and B, each`."""
    return each_parent(item.parents)


def each_parent(parents: Sequence[str]) -> str:
    """`for parents A and B, each`; nothing for nobody."""
    named = [parent for parent in parents if parent]
    if not named:
        return "for a parent not named" if parents else ""
    if len(named) == 1:
        return f"for parent {named[0]}"
    return f"for parents {joined(named)}, each"


def about_when(item: Item) -> str:
    """Which occasion it is about: `about Wed 12 Nov`."""
    one = item.one
    return f"about {occasion_words(one.occasion, item.decision.on)}" if one.occasion is not None else ""


def occasion_title(item: Item, policy: Policy) -> str:
    """What the occasion is: `unexplained absence on Wed 12 Nov`."""
    occasion = item.one.occasion
    if occasion is None:
        return ""
    declared = policy.occasions.get(occasion.occasion) or policy.code_sets.get(occasion.occasion)
    title = lower_first(declared.title) if declared else occasion.occasion.replace("_", " ")
    return f"{title}: {occasion_words(occasion, item.decision.on)}"


def standing(item: Item) -> str:
    """How it stands: `due Fri 28 Nov (our target)`, `ongoing since Tue 12 Nov`."""
    one, on = item.one, item.decision.on
    since = f" since {short_date(one.triggered, on)}" if one.triggered else ""
    due = short_date(one.due, on) if one.due else ""
    done = f" {short_date(one.done_on, on)}" if one.done_on else ""
    match one.status:
        case Status.ONGOING if one.due_unknown is not None:
            return f"due, date not known: {one.due_unknown.value}"
        case Status.ONGOING:
            return f"ongoing{since}"
        case Status.DUE:
            return f"due {due} ({deadline_owner(one)})" if due else f"due{since}"
        case Status.OVERDUE:
            times = f", {one.overdue_count} times" if one.overdue_count > 1 else ""
            return f"LATE: was due {due} ({deadline_owner(one)}{times})"
        case Status.DONE:
            return f"done{done}"
        case Status.USED:
            return f"used{done}"
        case Status.AVAILABLE:
            return f"open{since}"
        case Status.LAPSED:
            return "lapsed undone"
        case Status.EXPIRED:
            return f"expired{since}"
        case Status.KEPT:
            return "kept"
        case Status.BREACHED:
            return f"was done{done}, and was not to be"
        case Status.BARRED:
            return "barred"
        case Status.UNKNOWN:
            return "not known whether it applies"


def rests_on(one: Recommendation, policy: Policy) -> list[str]:
    """The passages cited, each with its source's weight: `statutory guidance: formal conversation (WT24.…)`.

    Passages that ask the same in the same words stand in one line.
    """
    names: dict[str, list[str]] = {}
    for name in one.cites:
        passage = policy.passages.get(name)
        if passage is None:
            names.setdefault(name, [])
            continue
        source = policy.sources[passage.source]
        secondary = "; secondary source" if source.secondary else ""
        asked = f"{source.weight.value}: {lower_first(passage.title)}"
        names.setdefault(asked, []).append(f"{name}{secondary}")
    said = [f"{asked} ({', '.join(found)})" if found else asked for asked, found in names.items()]
    rule = rule_of(policy, one)
    if rule is not None and rule.ours:
        said.append(f"our own: {rule.ours}")
    if rule is not None and rule.because:
        said.append(f"set by {policy.set_by(one.name)}: {rule.because}")
    return said


def ends_when(one: Recommendation, policy: Policy) -> str:
    """What makes it done: `“Penalty notice considered” is recorded (notice_considered)`."""
    rule = rule_of(policy, one)
    if rule is None or not rule.done_when:
        return ""
    said = []
    for clause in rule.done_when:
        name = clause.selection.name
        event = policy.events.get(name)
        said.append(f"“{event.title}” is recorded ({name})" if event else name.replace("_", " "))
    return joined(said, "or")


def unless_words(one: Recommendation) -> str:
    """How firm it is: `provisional`, or that it may not apply."""
    said = ["provisional"] if one.provisional else []
    if one.applies is Truth.UNKNOWN:
        said.append("may not apply")
    if one.modality is Modality.MAY:
        said.append("a person decides")
    return ", ".join(said)
