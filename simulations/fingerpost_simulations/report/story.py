"""What a report tells: scenario, policies and tables, with the words for figures and assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.results.intervals import Figure
from fingerpost_simulations.results.tables import Cell, Table
from fingerpost_simulations.scenarios.model import Record, Response, Scenario
from fingerpost_simulations.scenarios.parts import say_share, say_weeks
from fingerpost_simulations.scenarios.thresholds import is_allowed, threshold_of

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """All that a report is made of."""

    scenario: Scenario
    policies: Sequence[Policy]
    tables: Mapping[str, Table]
    origin: str

    @property
    def names(self) -> list[str]:
        """What the policies are called."""
        return [one.name for one in self.scenario.policies]

    def rows(self, table: str, **where: Cell) -> list[Row]:
        """The rows of a table in which these columns hold these values."""
        known = self.tables.get(table)
        if known is None:
            return []
        return [row for row in known.records() if all(row[name] == value for name, value in where.items())]

    def overview(self, measure: str, policy: str) -> Figure | None:
        """A figure of the overview."""
        return _figure(self.rows("overview", measure=measure, policy=policy))

    def difference(self, measure: str, policy: str) -> Figure | None:
        """How a policy differs from the first in a figure."""
        return _figure(self.rows("overview", measure=measure, policy=policy), "difference_")

    @property
    def has_others(self) -> bool:
        """Whether there is more than one policy."""
        return len(self.names) > 1

    def title_of_role(self, role: str) -> str:
        """What a role is called."""
        known = next((policy.roles[role] for policy in self.policies if role in policy.roles), None)
        return known.title if known is not None else role

    def title_of_tier(self, tier: str) -> str:
        """What a tier is called."""
        known = next((policy.tiers[tier] for policy in self.policies if tier in policy.tiers), None)
        return known.title if known is not None else tier


def _figure(rows: Sequence[Row], prefix: str = "") -> Figure | None:
    if not rows or rows[0][f"{prefix}mean"] is None:
        return None
    row = rows[0]
    return Figure(row[f"{prefix}mean"], row[f"{prefix}low"], row[f"{prefix}high"])


# --- words ----------------------------------------------------------------------------------------


def number(value: float, places: int | None = None) -> str:
    """A number as people write it: `1,204`, `3.4`; whole if it is, else to one place below a hundred.

    >>> number(1203.6), number(3.44), number(12.0), number(-0.5)
    ('1,204', '3.4', '12', '−0.5')
    """
    if places is None:
        places = 0 if abs(value) >= 100 or round(value, 1) == round(value) else 1
    shown = f"{abs(value):,.{places}f}"
    return f"−{shown}" if value < 0 and float(shown.replace(",", "")) else shown


def with_interval(found: Figure | None, unit: str = "") -> str:
    """`43 (38 to 48)`; without an interval just the number."""
    if found is None:
        return "–"
    sign = "%" if unit == "%" else ""
    places = 1 if unit == "%" else None
    if found.low is None or found.high is None:
        return f"{number(found.mean, places)}{sign}"
    if round(found.low, 6) == round(found.high, 6):
        return f"{number(found.mean, places)}{sign}"
    least, most = number(found.low, places), number(found.high, places)
    return f"{number(found.mean, places)}{sign} ({least} to {most})"


def signed(found: Figure | None, unit: str = "") -> str:
    """The same for a difference, with its sign: `+12 (+8 to +16)`."""
    if found is None:
        return "–"

    def sign(value: float) -> str:
        shown = number(value, 1 if unit == "%" else None)
        return shown if shown.startswith("−") or not shown.strip("0.,") else f"+{shown}"

    unit_shown = " points" if unit == "%" else ""
    if found.low is None or found.high is None or found.low == found.high:
        return f"{sign(found.mean)}{unit_shown}"
    return f"{sign(found.mean)}{unit_shown} ({sign(found.low)} to {sign(found.high)})"


def is_clear(found: Figure | None) -> bool:
    """Whether a difference is more than chance in the simulation would make it."""
    if found is None or found.low is None or found.high is None:
        return False
    return found.low > 0 or found.high < 0


def interval_words(scenario: Scenario) -> str:
    """What the intervals in a report are."""
    if scenario.seeds == 1:
        return (
            "There was one run, so there are no intervals: how far chance moves these figures is not known."
        )
    return (
        f"Every figure is the mean of {scenario.seeds} runs, with the 95% interval of that mean in "
        "brackets. The "
        "interval says how far chance in the simulation moves the figure. It does not say whether the "
        "assumptions "
        "are right."
    )


# --- assumptions ----------------------------------------------------------------------------------


def assumptions(story: Story) -> Iterator[str]:
    """Everything that was assumed, a sentence each."""
    scenario = story.scenario
    yield _pupils(scenario)
    for place, one in enumerate(scenario.policies):
        for name, said in one.change.items():
            policy = story.policies[place]
            allowed = is_allowed(policy, name, said) if name in policy.thresholds else True
            title = threshold_of(policy, name).title
            ending = "" if allowed else " No local policy may choose this value: it is asked only to see."
            yield f"Under “{one.name}”, “{title}” is {said}.{ending}"
    yield "Each policy is taken as if it had always been in force."
    yield (
        "The policy is asked once a week, on the last school day; what it asks is done from the next "
        "school day on. "
        "What is asked of whole schools, authorities, families and cohorts is left out."
    )
    yield _work(scenario)
    yield _staff(story)
    for record in scenario.records:
        yield _record(record, story)
    yield (
        "What is not on record did not happen, and what nobody judged is not known: where the next "
        "action waits for "
        "a judgement that the scenario does not make, it is not asked."
    )
    if not scenario.has_effect:
        yield "Attendance does not change, whatever is done: no effect of support or of warnings is assumed."
    for response in scenario.families:
        yield _response(response, story)
    if scenario.is_own:
        yield (
            "Events, and facts that somebody judged, are taken from your data up to the first day of the "
            "run only."
        )


def _pupils(scenario: Scenario) -> str:
    if scenario.is_own:
        return "The pupils and their registers are your own. Nothing was sent anywhere."
    if scenario.pupils.school is not None:
        return "The pupils are those of Hillview, a made-up school. Nobody in it is real."
    return "The pupils are made up, so that their absence looks like the published figures. Nobody is real."


def _work(scenario: Scenario) -> str:
    work = scenario.work
    said = (
        f"Of what staff must or should do, {say_share(work.done)} is done in the end, if there is time; "
        "of what they "
        f"may do, {say_share(work.may)}. "
    )
    said += (
        "They get to it at once."
        if work.after == (0, 0)
        else f"They get to it after {say_weeks(work.after)}."
    )
    others = [f"{name} {say_share(one.done)}" for name, one in scenario.work.exceptions.items()]
    return f"{said} Otherwise: {', '.join(others)}." if others else said


def _staff(story: Story) -> str:
    if not story.scenario.staff:
        return "Staff have all the time that is needed."
    each = [
        f"{story.title_of_role(one.role)} {one.minutes_a_week:,} minutes a week for each "
        f"{one.for_each.removeprefix('100 ') if one.for_each != '100 pupils' else 'hundred pupils'}"
        for one in story.scenario.staff
    ]
    named = len(story.scenario.minutes)
    return (
        f"Time there is: {'; '.join(each)}. All others have what is needed. An action takes the minutes "
        "that the "
        f"scenario gives it ({named} {'is' if named == 1 else 'are'} named), else "
        f"{story.scenario.other_minutes}."
    )


def _record(record: Record, story: Story) -> str:
    event = next(
        (p.events[record.when].title for p in story.policies if record.when in p.events), record.when
    )
    after = "" if record.after == (0, 0) else f", {say_weeks(record.after)} later"
    only = ""
    if record.if_mostly:
        only = f", if the absence without leave is mostly {' or '.join(record.if_mostly)}"
    elif record.unless_mostly:
        only = f", unless the absence without leave is mostly {' or '.join(record.unless_mostly)}"
    if record.also:
        others = [
            next((p.events[one].title for p in story.policies if one in p.events), one) for one in record.also
        ]
        return f"With “{event}”{after}{only}, “{'”, “'.join(others)}” is recorded."
    shares = ", ".join(
        f"{name.replace('_', ' ')} {say_share(share)}" for name, share in record.values.items()
    )
    name = record.fact or record.field or ""
    title = next((p.facts[name].title for p in story.policies if name in p.facts), name)
    return f"After “{event}”{after}{only}, “{title}” is recorded: {shares}."


def _response(response: Response, story: Story) -> str:
    titles = [
        next((p.events[one].title for p in story.policies if one in p.events), one) for one in response.after
    ]
    effects = "; ".join(
        f"for {say_share(one.families)} of families {say_share(one.fewer_absences)} of the later "
        "absences become "
        "attendance"
        for one in response.effect
    )
    return (
        f"An assumption, not a finding: after “{'” or “'.join(titles)}”, {effects}; it lasts "
        f"{say_weeks(response.lasts)} and touches the codes {', '.join(response.codes)}. Why: "
        f"{response.assumption}"
    )
