"""The work list: what a school has to do, by owner, one line a pupil with the next step first.

    Hillview Primary · Friday 14 November 2025 · england.attendance 2024.08 (statutory guidance, …)
    623 pupils · 38 need something · 9 new since 7 November · 3 late

    SENIOR ATTENDANCE CHAMPION                                              due
     !  P0231  Y4  tell the pupil's social worker about … (Wed 12 Nov)      Thu 13 Nov  late

A child's safety comes before any percentage, and what is late before what is due. The list is the school's:
what falls to others (parents, the authority) is counted, not listed. Long groups are cut after the most
urgent lines and the rest counted by what it is, so that the list stays a list; `everything` lists it all.
Plain text, no colour.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fingerpost.decision import Decision, Question, Status, TierState
from fingerpost.render.items import Item, due_text, items, line_text, remark_text
from fingerpost.render.sentences import question_text
from fingerpost.render.words import (
    joined,
    long_date,
    plural,
    short_date,
    with_right,
    wrapped,
    year_group,
    year_width,
)
from fingerpost_dsl.model.declarations import Role
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first, say_amount

NARROWEST, WIDEST = 80, 132
DUE_WIDTH = 12
NARROWEST_TEXT = 20
REMARK_WIDTH = 26
_LONGEST_MORE = len(" (+3, 2 late)")
NEW_WITHIN = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a work list is about, besides its decisions."""

    school: str
    """Its name, or what stands for it."""
    on: dt.date
    pupils: int
    """How many are on roll on the date."""
    width: int = 110
    everything: bool = False
    longest_group: int = 10
    owner: str = "school"
    """The role whose list it is: what falls to its own people is listed, what falls to others counted."""
    source: str = "school/"
    """The history as the user named it, for the commands that are suggested."""


def worklist(decisions: Iterable[Decision], policy: Policy, listing: Listing) -> str:
    """The whole list as text."""
    every = list(decisions)
    todo = items(every, policy)
    lines = [*_heading(todo, policy, listing)]
    safety = [item for item in todo if item.safety and is_own(item.owner, policy, listing)]
    for owner in _owners(safety, policy, listing):
        lines += _group(owner, [item for item in safety if item.owner == owner], policy, listing)
    rest = [item for item in todo if not (item.safety and is_own(item.owner, policy, listing))]
    owners = _owners(rest, policy, listing)
    for own in (True, False):
        chosen = [owner for owner in owners if is_own(owner, policy, listing) is own]
        lines += [""] if chosen and not own else []
        for owner in chosen:
            lines += _group(owner, [item for item in rest if item.owner == owner], policy, listing)
    lines += _not_known(every, policy, listing)
    lines += _closing(every, policy, listing)
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


# --- heading ------------------------------------------------------------------------------------------------


def _heading(todo: Sequence[Item], policy: Policy, listing: Listing) -> list[str]:
    since = listing.on - NEW_WITHIN
    pupils = {item.decision.id for item in todo}
    new = {item.decision.id for item in todo if item.one.triggered and item.one.triggered > since}
    late = {item.decision.id for item in todo if item.late}
    counts = [
        plural(listing.pupils, "pupil"),
        f"{len(pupils)} need something" if len(pupils) != 1 else "1 needs something",
        f"{len(new)} new since {since.day} {long_date(since).split()[2]}",
        f"{len(late)} late",
    ]
    parts = (listing.school, long_date(listing.on), policy_name(policy, listing.on))
    first = " · ".join(parts)
    heading = [first] if len(first) <= listing.width else [" · ".join(parts[:2]), parts[2]]
    return [*heading, " · ".join(counts)]


def policy_name(policy: Policy, on: dt.date) -> str:
    """`england.attendance 2024.08 (statutory guidance, checked 21 Nov 2026)`."""
    header = policy.header
    said = [header.status] if header.status else []
    if header.last_checked:
        checked = header.last_checked
        said.append(f"checked {short_date(checked, checked).split(maxsplit=1)[1]} {checked.year}")
    return f"{header.id}" + (f" ({', '.join(said)})" if said else "")


# --- groups -------------------------------------------------------------------------------------------------


def _owners(todo: Sequence[Item], policy: Policy, listing: Listing) -> list[str]:
    """The school's own people first, by what is most urgent; then everybody else as the policy names them."""
    seen = list(dict.fromkeys(item.owner for item in todo))
    declared = list(policy.roles)
    own = [owner for owner in seen if is_own(owner, policy, listing)]
    others = sorted(
        (owner for owner in seen if owner not in own),
        key=lambda owner: declared.index(owner) if owner in declared else len(declared),
    )
    return [*own, *others]


def is_own(owner: str, policy: Policy, listing: Listing) -> bool:
    """Whether a role is one of the people whose list it is."""
    if listing.everything or listing.owner not in policy.roles:
        return True
    role: Role | None = policy.roles.get(owner)
    while role is not None:
        if role.name == listing.owner:
            return True
        role = policy.roles.get(role.part_of) if role.part_of else None
    return False


def _group(owner: str, mine: Sequence[Item], policy: Policy, listing: Listing) -> list[str]:
    title = ("SAFETY FIRST · " if all(item.safety for item in mine) else "") + _title(owner, policy)
    pupils = {item.decision.id for item in mine}
    if not is_own(owner, policy, listing):
        what = f"{title} · {plural(len(pupils), 'pupil')}: {_counted(mine, policy)}"
        return wrapped(what, listing.width, rest="    ")
    rows = _rows(mine)
    limit = len(rows) if listing.everything else listing.longest_group
    shown = rows if len(rows) <= limit + 1 else rows[:limit]
    columns = _columns(rows, listing)
    head = with_right(title, "due" + " " * (DUE_WIDTH + REMARK_WIDTH - 3), listing.width)
    lines = [head.rstrip(), *(_line(row, policy, listing, columns) for row in shown)]
    if len(shown) < len(rows):
        rest = [item for row in rows[len(shown) :] for item in row]
        more = f"… and {plural(len(rows) - len(shown), 'more pupil')}: {_counted(rest, policy)}"
        lines += wrapped(more, listing.width, "    ", "      ")
    return ["", *lines]


def _title(owner: str, policy: Policy) -> str:
    return (policy.roles[owner].title if owner in policy.roles else owner.replace("_", " ")).upper()


def _rows(mine: Sequence[Item]) -> list[list[Item]]:
    """One row a pupil: what comes first for the pupil, and the rest behind it."""
    rows: dict[str, list[Item]] = {}
    for item in mine:
        rows.setdefault(item.decision.id, []).append(item)
    return list(rows.values())


def _counted(mine: Sequence[Item], policy: Policy) -> str:
    """What there is, by rule: `settle a mark N (21, 2 late)`; a child's safety first, then what is most."""
    total = Counter(item.one.name for item in mine)
    late = Counter(item.one.name for item in mine if item.late)
    titles = {item.one.name: lower_first(item.one.title) for item in mine}
    safety = {item.one.name for item in mine if item.safety}
    ordered = sorted(total.most_common(), key=lambda counted: counted[0] not in safety)
    said = (
        f"{titles[name]} ({number}{f', {late[name]} late' if late[name] else ''})" for name, number in ordered
    )
    return ", ".join(said)


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide the columns of a group are, in signs."""

    ids: int
    years: int
    text: int


def _columns(rows: Sequence[Sequence[Item]], listing: Listing) -> _Columns:
    ids = max((len(row[0].decision.id) for row in rows), default=5)
    years = year_width(row[0].decision.year_group for row in rows)
    text = listing.width - (4 + ids + 2 + years + 2) - 1 - DUE_WIDTH - REMARK_WIDTH
    return _Columns(ids, years, max(text, NARROWEST_TEXT))


def _line(row: Sequence[Item], policy: Policy, listing: Listing, columns: _Columns) -> str:
    first = row[0]
    decision = first.decision
    flag = "!" if first.safety or any(item.late for item in row) else " "
    late = sum(item.late for item in row[1:])
    more = f" (+{len(row) - 1}{f', {late} late' if late else ''})" if len(row) > 1 else ""
    room = columns.text - len(more)
    text = shortened(line_text(first, policy, columns.text - _LONGEST_MORE), room) + more
    due = due_text(first.one, listing.on)
    remark = remark_text(first, policy)
    place = f" {flag}  {decision.id:<{columns.ids}}  {year_group(decision.year_group):<{columns.years}}  "
    return f"{place}{text:<{columns.text}} {due:<{DUE_WIDTH}}{remark}"


def shortened(text: str, width: int) -> str:
    """A text cut to a width, between words, with an ellipsis.

    >>> shortened("consider a penalty notice", 15)
    'consider a …'
    """
    if len(text) <= width:
        return text
    cut = text[: max(width - 2, 1)]
    whole = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return f"{whole.rstrip(',;:')} …"


# --- not known ----------------------------------------------------------------------------------------------


def _not_known(every: Sequence[Decision], policy: Policy, listing: Listing) -> list[str]:
    asked: dict[tuple[str, str, str], list[tuple[Decision, Question]]] = {}
    for decision in every:
        for question in decision.not_known:
            asked.setdefault((question.kind, question.name, question.text), []).append((decision, question))
    if not asked:
        return [""]
    number = sum(len({decision.id for decision, _ in group}) for group in asked.values())
    settled = {(decision.id, name) for group in asked.values() for decision, q in group for name in q.settles}
    groups = sorted(asked.values(), key=lambda group: (-_weight(group), group[0][1].name))
    shown = groups if listing.everything else groups[: listing.longest_group]
    head = f"NOT KNOWN · {plural(number, 'answer')} would settle {plural(len(settled), 'recommendation')}"
    lines = ["", head]
    for group in shown:
        lines += _question(group, policy, listing)
    if len(shown) < len(groups):
        lines.append(f"    … and {plural(len(groups) - len(shown), 'more question')}")
    return [*lines, ""]


def _weight(group: Sequence[tuple[Decision, Question]]) -> int:
    return sum(len(question.settles) for _, question in group)


def _question(group: Sequence[tuple[Decision, Question]], policy: Policy, listing: Listing) -> list[str]:
    question = group[0][1]
    ids = list(dict.fromkeys(decision.id for decision, _ in group))
    most = len(ids) if listing.everything else 6
    named = ", ".join(ids[:most]) + (" …" if len(ids) > most else "")
    roles = [lower_first(policy.roles[role].title) for role in question.ask if role in policy.roles]
    ask = f"; ask: {joined(roles, 'or')}" if roles else ""
    text = f"{question_text(question)}  {plural(len(ids), 'pupil')}: {named} · settles {_weight(group)}{ask}"
    return wrapped(text, listing.width, " ?  ")


# --- the end ------------------------------------------------------------------------------------------------


def _closing(every: Sequence[Decision], policy: Policy, listing: Listing) -> list[str]:
    lines: list[str] = []
    remarks = dict.fromkeys(r.text for decision in every for r in decision.remarks if r.once_per_school)
    for remark in remarks:
        lines += wrapped(_sentence(remark, policy), listing.width, "", "  ")
    provisional = sum(_only_provisional(decision, policy) for decision in every)
    if provisional:
        amounts = (tier.provisional_below for tier in policy.tiers.values())
        few = next((say_amount(amount, policy) for amount in amounts if amount is not None), "")
        hold = "holds" if provisional == 1 else "hold"
        lines.append(
            f"{plural(provisional, 'pupil')} {hold} only provisional tiers (fewer than {few} so far)."
        )
    lapsed = sum(one.status is Status.LAPSED for decision in every for one in decision.recommendations)
    if lapsed:
        lines.append(f"{plural(lapsed, 'action')} lapsed undone in the last ten school days.")
    why = f"Why, for one pupil: fingerpost explain {listing.source} --pupil …   "
    # what came from the standard input is gone, and no command can ask about it again
    lines.append(f"{'' if listing.source == '-' else why}Everything: --all")
    return lines


def _sentence(remark: str, policy: Policy) -> str:
    """A remark as a line of its own: with a capital letter, unless it begins with the policy's name."""
    begins = remark if remark.startswith(policy.header.id.id) else remark[0].upper() + remark[1:]
    return f"{begins}."


def _only_provisional(decision: Decision, policy: Policy) -> bool:
    """Whether every tier with a condition that the pupil holds is provisional, and there is one."""
    states = [tier.state for tier in decision.tiers if policy.tiers[tier.name].when]
    return TierState.PROVISIONAL in states and TierState.HOLDS not in states
