"""One run: decide, list, work, record, respond, from week to week.

On the last school day of a week the policy is asked about every pupil, with what is known on that day. What
it asks of staff and is new is listed. From the next school day to the next decision staff go down their
lists, as far as their time goes; what they do is put on record, and families may respond to it. Whatever is
asked no more is taken off the lists.

`Run.apply` changes the run by an entry of the journal and does nothing else; so a run that goes on from its
journal is the run that was never stopped.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from fingerpost.history import EventRow
from fingerpost_dsl.model.declarations import Modality, Step
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.runs.capacity import Left, Place, Spent, minutes_in, spend
from fingerpost_simulations.runs.cases import Cases
from fingerpost_simulations.runs.chance import chance, whole
from fingerpost_simulations.runs.deciding import Asked
from fingerpost_simulations.runs.items import Item, Key, Rule, chain_of, doer_of, rank_of
from fingerpost_simulations.runs.journal import Entry, Journal
from fingerpost_simulations.runs.records import Recording
from fingerpost_simulations.runs.responses import turned
from fingerpost_simulations.runs.watching import Watching
from fingerpost_simulations.runs.world import Week, World
from fingerpost_simulations.scenarios.model import Doing, Scenario, Staff

NO_DUE = 10**7
PARENT = "parent"
"""The role whose part is not staff's."""


@dataclass
class Run:
    """A scenario's pupils under one policy, with one seed."""

    world: World
    scenario: Scenario
    policy: Policy
    seed: int
    items: list[Item] = field(default_factory=list)
    tiers: dict[str, set[int]] = field(default_factory=dict)
    """The rows that each tier holds now."""
    attended: int = 0
    """Sessions of absence that became attendance."""
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules: Mapping[str, Rule] = {rule.name: rule for rule in self.policy.rules()}
        self.cases = Cases(self.world, self.policy, changes_marks=self.scenario.has_effect)
        self.watching = Watching(self.world, self.cases, self.policy)
        self._recording = Recording(self.scenario, self.policy, self.seed, self.cases)
        self._known: dict[Key, Item] = {}
        self._before: Counter[tuple[int, str, str]] = Counter()
        self._responded: set[tuple[int, int]] = set()
        self._open: dict[int, Item] = {}

    # --- from week to week ------------------------------------------------------------------------

    def resume(self, journal: Journal) -> None:
        """Do again what the journal says."""
        for entry in journal.entries():
            self.apply(entry)

    def go_on(self, journal: Journal) -> Iterator[Week]:
        """The weeks that are still to come, each kept when it is over."""
        for week in self.world.weeks[len(self.entries) :]:
            entry = self.week(week)
            journal.add(entry)
            self.apply(entry)
            yield week

    def week(self, week: Week) -> Entry:
        """What happens in a week; the run is as before."""
        return self.entry(week, self.watching.ask(week))

    def entry(self, week: Week, asked: Asked) -> Entry:
        """What happens in a week in which this is asked."""
        entry = Entry(week.number, week.on.isoformat())
        entry.tiers = {name: len(asked.tiers.get(name, ())) for name in self.policy.tiers}
        for name in self.policy.tiers:
            now, before = set(asked.tiers.get(name, ())), self.tiers.get(name, set())
            entry.entered[name], entry.left[name] = sorted(now - before), sorted(before - now)
        entry.unknown = dict(sorted((name, number) for name, number in asked.unknown.items() if number))
        now_asked = {one.key for one in asked.found}
        entry.withdrawn = [
            number
            for number, item in self._open.items()
            if item.key not in now_asked and asked.is_judged(item.key)
        ]
        gone = set(entry.withdrawn)
        waiting = [item for number, item in self._open.items() if number not in gone]
        nth = Counter(self._before)
        for one in asked.found:
            if one.key not in self._known:
                entry.listed.append([*one.key, one.due])
                number = len(self.items) + len(entry.listed) - 1
                waiting.append(self._item(number, one.key, one.due, week.number, nth))
        self._work(week, waiting, entry)
        return entry

    def _item(self, number: int, key: Key, due: int, week: int, nth: Counter[tuple[int, str, str]]) -> Item:
        """A new item, and what chance has in store for it."""
        which = (key.row, key.rule, key.parent)
        place = nth[which]
        nth[which] += 1
        rule = self.rules[key.rule]
        doing = self._doing(rule)
        name = (self.world.ids[key.row], key.rule, key.parent, place)
        minutes = self.scenario.minutes.get(key.rule, self.scenario.other_minutes)
        return Item(
            number=number,
            key=key,
            due=due,
            listed=self.world.weeks[week].on.toordinal(),
            week=week,
            nth=place,
            ready=week + whole(chance(self.seed, *name, "after"), *doing.after),
            missed=chance(self.seed, *name, "done") >= doing.done or not self._is_staffs(rule),
            minutes=minutes,
            left=minutes,
        )

    def _doing(self, rule: Rule) -> Doing:
        work = self.scenario.work
        known = work.exceptions.get(rule.name)
        if known is not None:
            return known
        return Doing(done=work.may, after=work.after) if rule.modality is Modality.MAY else work

    def _is_staffs(self, rule: Rule) -> bool:
        return PARENT not in chain_of(doer_of(rule), self.policy)

    # --- the work of a week -----------------------------------------------------------------------

    def _work(self, week: Week, waiting: Sequence[Item], entry: Entry) -> None:
        lists: dict[Place, list[Item]] = defaultdict(list)
        for item in waiting:
            if not item.missed:
                lists[self.place_of(item)].append(item)
        for place in sorted(lists):
            own = lists[place]
            minutes = self.minutes_at(place, week)
            ready = [item for item in own if item.ready <= week.number]
            spent = (
                spend([Left(self._order(item), item.number, item.left) for item in ready], minutes)
                if week.days
                else Spent((), (), 0)
            )
            by_number = {item.number: item for item in ready}
            entry.done += [[number, self._day(by_number[number], week)] for number in spent.finished]
            entry.begun += [list(one) for one in spent.begun]
            items, left = len(own) - len(spent.finished), sum(item.left for item in own) - spent.minutes
            entry.lists.append([*place, -1 if minutes is None else minutes, spent.minutes, items, left])

    def _order(self, item: Item) -> tuple[int, ...]:
        """Settled when it is listed: the week from which it can be done, how binding it is, what is due."""
        return (
            item.ready,
            rank_of(self.rules[item.key.rule]),
            item.due or NO_DUE,
            item.key.triggered,
            item.key.row,
            item.number,
        )

    def _day(self, item: Item, week: Week) -> int:
        drawn = chance(
            self.seed, self.world.ids[item.key.row], item.key.rule, item.key.parent, item.nth, "day"
        )
        return week.days[whole(drawn, 0, len(week.days) - 1)]

    def place_of(self, item: Item) -> Place:
        """On whose list an item is."""
        doer = doer_of(self.rules[item.key.rule])
        staff = self._staff_for(doer)
        role = staff.role if staff is not None else doer
        school = self.world.schools[item.key.row]
        of_authority = staff is not None and staff.for_each == "authority"
        return Place(role, self.world.authorities[school] if of_authority else school)

    def _staff_for(self, role: str) -> Staff | None:
        """Whose time limits a role: its own, or that of those on whose behalf it acts."""
        return next((self._staff[one] for one in chain_of(role, self.policy) if one in self._staff), None)

    @cached_property
    def _staff(self) -> dict[str, Staff]:
        return {one.role: one for one in self.scenario.staff}

    def minutes_at(self, place: Place, week: Week) -> int | None:
        """The minutes that a list has after a decision; None for all that is needed."""
        staff = self._staff.get(place.role)
        if staff is None:
            return None
        units = Fraction(1)
        if staff.for_each == "100 pupils":
            units = Fraction(self.world.roll[place.where], 100)
        return minutes_in(staff.minutes_a_week, units, len(week.days))

    # --- what a week leaves -----------------------------------------------------------------------

    def apply(self, entry: Entry) -> None:
        """Change the run by what happened in a week."""
        week = self.world.weeks[entry.number]
        for said in entry.listed:
            key, due = _key(said)
            item = self._item(len(self.items), key, due, entry.number, self._before)
            self.items.append(item)
            self._known[key] = item
            self._open[item.number] = item
        for number in entry.withdrawn:
            self.items[number].withdrawn = week.on.toordinal()
            self._open.pop(number, None)
        for number, left in entry.begun:
            self.items[number].left = left
        for number, day in entry.done:
            self._finish(self.items[number], dt.date.fromordinal(day))
        for name, rows in entry.entered.items():
            self.tiers.setdefault(name, set()).update(rows)
        for name, rows in entry.left.items():
            self.tiers.setdefault(name, set()).difference_update(rows)
        self.entries.append(entry)

    def _finish(self, item: Item, done: dt.date) -> None:
        item.done, item.left = done.toordinal(), 0
        self._open.pop(item.number, None)
        row = item.key.row
        pupil = self.cases.pupil(row)
        parents = [parent.id for parent in pupil.parents]
        said = list(self._recording.events_of(item, self.rules[item.key.rule], done, pupil.id, parents))
        if not said:
            return
        self.cases.record(row, said)
        for one in said:
            if isinstance(one, EventRow):
                self._respond(row, pupil.id, one.event, one.date)

    def _respond(self, row: int, pupil: str, event: str, on: dt.date) -> None:
        for number, response in enumerate(self.scenario.families):
            if event in response.after and (row, number) not in self._responded:
                self._responded.add((row, number))
                slots = turned(response, number, pupil, self.seed, after=on, marks=self.cases.marks(row))
                self.cases.attend(row, slots)
                self.attended += len(slots)

    def is_legal(self, rule: Rule) -> bool:
        """Whether a rule is a step of enforcement."""
        return isinstance(rule, Step) and self.policy.pathways[rule.pathway].enforcement


def _key(said: Sequence[int | str]) -> tuple[Key, int]:
    row, rule, parent, occasion, triggered, period, due = said
    return Key(int(row), str(rule), str(parent), int(occasion), int(triggered), int(period)), int(due)
