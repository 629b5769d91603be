"""Pictures of results, drawn by matplotlib as SVG that stands in the page: no script, no font from anywhere.

Policies differ by marker, dash and hatch besides colour, so that a picture can be read without colour and
printed. The same table gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

from fingerpost_dsl.model.expressions import ThresholdValue
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.model.walk import walk
from fingerpost_simulations.extras import needs
from fingerpost_simulations.report.story import Row, Story

Axes = Any
Figure = Any

MOST = 30
"""The picture of absence ends at so many percent."""
COLOURS = ("#1d4f91", "#c25e00", "#3a7d44", "#7b4b94", "#8a6d00", "#555555")
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "++")
_RC: dict[str, Any] = {
    "svg.hashsalt": "fingerpost",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "figure.constrained_layout.use": True,
}


@contextmanager
def _drawing(
    rows: int = 1, *, wide: float = 8.2, high: float = 3.4
) -> Iterator[tuple[Figure, Sequence[Axes]]]:
    needs("matplotlib")
    import matplotlib as mpl

    with mpl.rc_context(_RC):  # type: ignore[arg-type]  # keys of ours are its names
        from matplotlib.figure import Figure

        figure = Figure(figsize=(wide, high * rows))
        yield figure, [figure.add_subplot(rows, 1, place + 1) for place in range(rows)]


def _svg(figure: Figure, label: str) -> str:
    """The drawing as an element of a page, with what it shows in words."""
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    drawn = text.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>\s*", "", drawn, flags=re.DOTALL)
    label = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return drawn.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)


def absence_chart(story: Story) -> str:
    """How many pupils miss how much, with the policies' tiers marked."""
    with _drawing() as (figure, (axes,)):
        for place, name in enumerate(story.names):
            rows = [row for row in story.rows("absence", policy=name) if row["to_percent"] <= 30]
            left = [row["from_percent"] for row in rows]
            heights = [row["mean"] for row in rows]
            axes.stairs(
                heights,
                [*left, 30],
                color=COLOURS[place],
                linestyle=DASHES[place],
                linewidth=1.6,
                label=name,
                fill=False,
            )
        for share, text in _lines(story):
            axes.axvline(share, color="#222222", linewidth=1, linestyle=(0, (2, 2)))
            axes.annotate(
                text,
                (share, 1),
                xycoords=("data", "axes fraction"),
                xytext=(3, -2),
                textcoords="offset points",
                va="top",
                fontsize=8,
                rotation=90,
            )
        over = sum(
            row["mean"] or 0 for row in story.rows("absence", policy=story.names[0]) if row["to_percent"] > 30
        )
        axes.set_xlabel(f"Percent of sessions missed (another {over:,.0f} pupils missed more than 30%)")
        axes.set_ylabel("Pupils")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_xlim(0, 30)
        axes.set_ylim(bottom=0)
        if story.has_others:
            axes.legend(frameon=False)
        return _svg(figure, "Pupils by the share of sessions that they missed")


def _lines(story: Story) -> list[tuple[float, str]]:
    """The thresholds of tiers that are shares: where they stand, and what they are called.

    Those of some policies alone with their names.
    """
    found: dict[tuple[float, str], dict[str, None]] = {}
    for name, policy in zip(story.names, story.policies, strict=True):
        for tier in policy.tiers.values():
            for node in walk(tier.when):
                if not isinstance(node, ThresholdValue):
                    continue
                value = policy.thresholds[node.name].value
                if isinstance(value, Quantity) and value.unit is Unit.SHARE and value.amount * 100 <= MOST:
                    found.setdefault((float(value.amount * 100), tier.title), {})[name] = None
    return [
        (share, title if len(whose) == len(story.names) else f"{title} · {', '.join(whose)}")
        for (share, title), whose in found.items()
    ]


def tiers_chart(story: Story) -> str:
    """How many pupils each tier holds, week by week."""
    names = [tier for tier in story.policies[0].tiers.values() if tier.when]
    with _drawing(high=3.8) as (figure, (axes,)):
        for place, policy in enumerate(story.names):
            for number, tier in enumerate(names):
                rows = story.rows("tiers", policy=policy, tier=tier.name)
                if not rows:
                    continue
                weeks = range(1, len(rows) + 1)
                axes.plot(
                    weeks,
                    [row["mean"] for row in rows],
                    color=COLOURS[place],
                    linestyle=DASHES[number],
                    marker=MARKERS[place],
                    markersize=3.5,
                    markevery=max(len(rows) // 8, 1),
                )
                _band(axes, list(weeks), rows, COLOURS[place])
                axes.annotate(
                    f"{tier.title}{f' · {policy}' if story.has_others else ''}",
                    (len(rows), rows[-1]["mean"]),
                    xytext=(5, 4 - 9 * place),
                    textcoords="offset points",
                    fontsize=8,
                    color=COLOURS[place],
                    annotation_clip=False,
                )
        axes.set_xlabel("Week of the run")
        axes.set_ylabel("Pupils")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylim(bottom=0)
        axes.margins(x=0.02)
        figure.get_layout_engine().set(rect=(0, 0, 0.78, 1))
        return _svg(figure, "Pupils in each tier by week")


def _band(axes: Axes, across: Sequence[float], rows: Sequence[Row], colour: str) -> None:
    if rows and rows[0]["low"] is not None:
        low, high = [row["low"] for row in rows], [row["high"] for row in rows]
        axes.fill_between(across, low, high, color=colour, alpha=0.15, linewidth=0)


def workload_chart(story: Story) -> str:
    """The minutes of each role by week against those there are, and what waits."""
    spent: dict[str, float] = {}
    for row in story.rows("workload"):
        spent[row["role"]] = spent.get(row["role"], 0) + (row["minutes_spent_mean"] or 0)
    roles = sorted(spent, key=lambda role: -spent[role])[:5]
    if not roles:
        return ""
    with _drawing(len(roles), high=2.1) as (figure, every):
        for axes, role in zip(every, roles, strict=True):
            _role(axes, story, role)
        every[-1].set_xlabel("Week of the run")
        handles, labels = every[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper left", ncols=3, frameon=False, fontsize=9)
        return _svg(figure, "Hours of work by role and week, against the time there is")


def _role(axes: Axes, story: Story, role: str) -> None:
    wide = 0.8 / len(story.names)
    weeks = {
        week: place for place, week in enumerate(dict.fromkeys(row["week"] for row in story.rows("tiers")), 1)
    }
    for place, policy in enumerate(story.names):
        rows = story.rows("workload", policy=policy, role=role)
        across = [weeks[row["week"]] + (place - (len(story.names) - 1) / 2) * wide for row in rows]
        axes.bar(
            across,
            [(row["minutes_spent_mean"] or 0) / 60 for row in rows],
            wide,
            color=COLOURS[place],
            hatch=HATCHES[place],
            edgecolor="white",
            linewidth=0,
            label=f"{policy}: spent",
        )
        axes.plot(
            across,
            [(row["waiting_minutes_mean"] or 0) / 60 for row in rows],
            color=COLOURS[place],
            linestyle=DASHES[place],
            marker=MARKERS[place],
            markersize=3,
            linewidth=1.2,
            label=f"{policy}: left waiting",
        )
        there = [row["minutes_there"] for row in rows]
        if place == 0 and any(one is not None for one in there):
            axes.step(
                across,
                [None if one is None else one / 60 for one in there],
                where="mid",
                color="#222222",
                linewidth=1,
                linestyle=(0, (4, 2)),
                label="time there is",
            )
    axes.set_title(story.title_of_role(role), fontsize=9.5, loc="left")
    axes.set_ylabel("Hours")
    axes.set_ylim(bottom=0)
    axes.set_xlim(0.3, len(weeks) + 0.7)


def groups_chart(story: Story, measure: str) -> str:
    """A measure by group, with intervals; one marker a policy."""
    rows = [row for row in story.rows("groups", measure=measure) if row["by"] != "school"]
    shown = [row for row in rows if row["percent_mean"] is not None]
    names = list(dict.fromkeys((row["by"], row["title"], row["group"]) for row in shown))
    if not names:
        return ""
    with _drawing(high=0.9 + 0.26 * len(names)) as (figure, (axes,)):
        places = {name: -place for place, name in enumerate(names)}
        for number, policy in enumerate(story.names):
            own = [row for row in shown if row["policy"] == policy]
            shift = 0.22 * ((len(story.names) - 1) / 2 - number)
            up = [places[row["by"], row["title"], row["group"]] + shift for row in own]
            mean = [row["percent_mean"] for row in own]
            spread = [
                [max(row["percent_mean"] - (row["percent_low"] or row["percent_mean"]), 0) for row in own],
                [max((row["percent_high"] or row["percent_mean"]) - row["percent_mean"], 0) for row in own],
            ]
            axes.errorbar(
                mean,
                up,
                xerr=spread,
                fmt=MARKERS[number],
                color=COLOURS[number],
                markersize=5,
                linewidth=1.2,
                label=policy,
                capsize=2,
            )
        axes.set_yticks([places[name] for name in names], [f"{title}: {group}" for _, title, group in names])
        axes.set_ylim(-len(names) + 0.5, 0.6)
        axes.set_xlim(left=0)
        axes.set_xlabel("Percent of the group's pupils")
        if story.has_others:
            axes.legend(frameon=False, loc="lower right")
        return _svg(figure, "Share of pupils by group")


SWEPT = ("support_asked", "legal_asked", "waiting_most")


def sweep_chart(story: Story, threshold: str) -> str:
    """What becomes of the main figures for other values of a threshold."""
    with _drawing(len(SWEPT), high=1.9) as (figure, every):
        for axes, measure in zip(every, SWEPT, strict=True):
            rows = story.rows("sweeps", threshold=threshold, measure=measure)
            across = list(range(len(rows)))
            mean = [row["mean"] for row in rows]
            axes.plot(across, mean, color=COLOURS[0], marker="o")
            _band(axes, across, rows, COLOURS[0])
            for x, row in zip(across, rows, strict=True):
                axes.annotate(
                    f"{row['mean']:,.0f}",
                    (x, row["mean"]),
                    xytext=(0, 6),
                    textcoords="offset points",
                    ha="center",
                    fontsize=8,
                )
            axes.set_xticks(across, [row["value"] for row in rows])
            axes.set_title(rows[0]["title"] if rows else measure, fontsize=9.5, loc="left")
            axes.set_ylim(0, max([*mean, 1]) * 1.25)
        every[-1].set_xlabel(threshold_title(story, threshold))
        return _svg(figure, f"Figures for several values of {threshold_title(story, threshold)}")


def threshold_title(story: Story, name: str) -> str:
    """What a threshold is called."""
    return story.policies[0].thresholds[name].title


def moves_chart(story: Story, measure: str, other: str) -> str:
    """How many of the same pupils are in which tier under one policy and under the other."""
    rows = story.rows("moves", measure=measure, other=other)
    order = [*(tier for tier in ["none", *story.policies[0].tiers])]
    known = [one for one in order if any(one in (row["under_first"], row["under_other"]) for row in rows)]
    known += sorted({row[side] for row in rows for side in ("under_first", "under_other")} - set(known))
    if not rows:
        return ""
    counts = {(row["under_first"], row["under_other"]): row["mean"] for row in rows}
    table = [[counts.get((a, b), 0) for b in known] for a in known]
    most = max(max(row) for row in table) or 1
    titles = [story.title_of_tier(one) if one != "none" else "Not on roll" for one in known]
    with _drawing(wide=1.9 + 1.25 * len(known), high=1.2 + 0.5 * len(known)) as (figure, (axes,)):
        axes.imshow(
            [[(value / most) ** 0.4 for value in row] for row in table], cmap="Blues", vmin=0, vmax=1.6
        )
        for y, row in enumerate(table):
            for x, value in enumerate(row):
                axes.text(
                    x,
                    y,
                    f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.1f}",
                    ha="center",
                    va="center",
                    fontweight="bold" if x != y and value else "normal",
                )
        axes.grid(visible=False)
        axes.set_xticks(range(len(known)), [_wrapped(one) for one in titles], fontsize=8)
        axes.set_yticks(range(len(known)), titles, fontsize=8)
        axes.set_xlabel(f"Under “{other}”")
        axes.set_ylabel(f"Under “{story.names[0]}”")
        return _svg(figure, "The same pupils under two policies")


def _wrapped(text: str) -> str:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 14:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
