"""One page in plain English for a head or a committee: what came out, and what to doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from fingerpost_simulations.report.story import (
    Row,
    Story,
    assumptions,
    interval_words,
    is_clear,
    signed,
    with_interval,
)

_MAIN = ("support_asked", "support_done", "days_to_support", "legal_asked", "hours", "waiting_most")
_COMPARED = ("support_asked", "legal_asked")
_MOST_TOLD = 8
_LEAST_GAP = 5.0
"""Percentage points between a group and all others that are worth a sentence."""


def summary_text(story: Story) -> str:
    """The summary as Markdown."""
    scenario = story.scenario
    lines = [f"# {scenario.title}", "", f"**{story.origin[:1].upper()}{story.origin[1:]}.**", ""]
    if scenario.question:
        lines += [scenario.question.strip(), ""]
    lines += [f"From {_day(scenario.first)} to {_day(scenario.last)}. {interval_words(scenario)}", ""]
    lines += ["## What came out", "", *(f"* {one}" for one in findings(story)), ""]
    lines += ["## By group", "", *(f"* {one}" for one in disparities(story)), ""]
    lines += ["## What was assumed", "", *(f"* {one}" for one in assumptions(story)), ""]
    lines += [
        (
            "Nothing here says what a policy causes: it says whom its rules reach, and how much work they "
            "ask for, if "
            "the assumptions hold. People decide."
        ),
        "",
    ]
    return "\n".join(lines)


def _day(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"


def findings(story: Story) -> Iterator[str]:
    """What came out, a sentence each."""
    for row in story.rows("overview", policy=story.names[0]):
        key = row["measure"]
        if key not in _MAIN:
            continue
        each = []
        for place, name in enumerate(story.names):
            said = with_interval(story.overview(key, name), row["unit"])
            said += f" {row['unit']}" if row["unit"] in ("hours", "days") else ""
            if place:
                change = story.difference(key, name)
                sure = is_clear(change) or story.scenario.seeds == 1 or change is None or not change.mean
                clear = "" if sure else ", which may be chance"
                if change is not None:
                    moved = signed(change, row["unit"]) if change.mean else "no difference"
                    said += f", {moved}{clear}"
            each.append(f"{said} under “{name}”" if story.has_others else said)
        yield f"{row['title']}: {'; '.join(each)}."
    yield from _limits(story)


def _limits(story: Story) -> Iterator[str]:
    """Where there is more work than time."""
    for name in story.names:
        over: dict[str, int] = {}
        for row in story.rows("workload", policy=name):
            if row["minutes_there"] is not None and (row["waiting_minutes_mean"] or 0) > row["minutes_there"]:
                over[row["role"]] = over.get(row["role"], 0) + 1
        for role, weeks in sorted(over.items(), key=lambda one: -one[1]):
            under = f" under “{name}”" if story.has_others else ""
            yield (
                f"{story.title_of_role(role)}: in {weeks} week{'' if weeks == 1 else 's'}{under} "
                "more than a whole week's work was left waiting."
            )


def disparities(story: Story) -> Iterator[str]:
    """Where a group differs from all other pupils by enough to be said, plainly."""
    told: list[Row] = []
    shown = [row for row in story.rows("groups") if row["by"] not in ("school", "year_group")]
    for row in shown:
        gap = row["points_from_others_mean"]
        if gap is None or abs(gap) < _LEAST_GAP or row["group"] in ("no", "not known"):
            continue
        if row["measure"] in _COMPARED and _is_sure(row):
            told.append(row)
    told.sort(key=lambda row: -abs(row["points_from_others_mean"]))
    for row in told[:_MOST_TOLD]:
        yield disparity(row, named=story.has_others)
    if not story.rows("groups"):
        yield "The scenario names no groups, so nothing is said about them."
    elif not told:
        yield (f"No group differs from all other pupils by {_LEAST_GAP:.0f} points or more, beyond chance.")
    elif len(told) > _MOST_TOLD:
        yield (f"These are the {_MOST_TOLD} largest of {len(told)} differences; all are in the table.")


def _is_sure(row: Row) -> bool:
    """Whether a difference is more than chance in the simulation would make it; of one run nobody knows."""
    low, high = row["points_from_others_low"], row["points_from_others_high"]
    return low is None or high is None or low > 0 or high < 0


_VERBS = {
    "support_asked": "support is asked for",
    "support_done": "support is given to",
    "legal_asked": "a legal step is asked for",
    "legal_done": "a legal step is taken for",
}


def disparity(row: object, *, named: bool) -> str:
    """One gap in a sentence."""
    assert isinstance(row, dict)
    share, gap, times = row["percent_mean"], row["points_from_others_mean"], row["times_others"]
    group = row["title"] if row["group"] == "yes" else f"{row['title']}, {row['group']}"
    under = f"Under “{row['policy']}”, " if named else ""
    ratio = f", {times:g} times the share" if times is not None and gap > 0 else ""
    spread = ""
    if row["points_from_others_low"] is not None:
        spread = f" ({row['points_from_others_low']:+.1f} to {row['points_from_others_high']:+.1f})"
    said = (
        f"{under}{_VERBS[row['measure']]} {share:.1f}% of “{group}”: {abs(gap):.1f} points "
        f"{'more' if gap > 0 else 'less'} than of all other pupils{spread}{ratio}."
    )
    return said[:1].upper() + said[1:]
