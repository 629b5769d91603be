"""The report: one page that holds everything, opens anywhere and asks nothing of the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from fingerpost_simulations.report.charts import (
    absence_chart,
    groups_chart,
    moves_chart,
    sweep_chart,
    threshold_title,
    tiers_chart,
    workload_chart,
)
from fingerpost_simulations.report.story import (
    Row,
    Story,
    assumptions,
    interval_words,
    is_clear,
    signed,
    with_interval,
)
from fingerpost_simulations.report.summary import disparities, findings
from fingerpost_simulations.results.intervals import Figure
from fingerpost_simulations.results.measures import GROUP_MEASURES, MEASURES
from fingerpost_simulations.scenarios.thresholds import is_allowed

_STYLE = """
body { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff; }
body { max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 0.5rem; border-top: 1px solid #bbb; padding-top: 0.8rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 0.3rem; }
.origin { border: 2px solid #1a1a1a; padding: 0.4rem 0.8rem; font-weight: bold; }
.question { font-style: italic; }
.aside, figcaption { color: #444; font-size: 0.92em; }
figure { margin: 0.8rem 0 1.4rem; }
svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: 0.88em; margin: 0.5rem 0 1rem; }
th, td { text-align: left; padding: 0.15rem 0.7rem 0.15rem 0; border-bottom: 1px solid #ddd; }
td { vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; }
.wide { overflow-x: auto; }
details { margin: 0.4rem 0; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } figure { break-inside: avoid; } }
""".strip()


def report_page(story: Story) -> str:
    """The whole page."""
    scenario = story.scenario
    body = "\n".join(part for part in _parts(story) if part)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(scenario.title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'; "
        'img-src data:">\n'
        f'<meta name="description" content="{escape(story.origin)}">\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _parts(story: Story) -> Iterator[str]:
    scenario = story.scenario
    yield f'<p class="origin">{escape(_capital(story.origin))}</p>'
    yield f"<h1>{escape(scenario.title)}</h1>"
    if scenario.question:
        yield f'<p class="question">{escape(scenario.question.strip())}</p>'
    first, last = scenario.first, scenario.last
    policies = "; ".join(
        f"<b>{escape(one.name)}</b>: {escape(str(policy.header.id))}, “{escape(policy.header.title)}”"
        + (f" with {escape(_changes(one.change))}" if one.change else "")
        for one, policy in zip(scenario.policies, story.policies, strict=True)
    )
    yield f"<p>{first.day} {first:%B %Y} to {last.day} {last:%B %Y}. {policies}.</p>"
    yield f'<p class="aside">{escape(interval_words(scenario))}</p>'
    yield "<h2>In short</h2>"
    yield _listed(findings(story))
    yield "<h2>What was assumed</h2>"
    yield "<p>Every figure on this page rests on these, and is only as good as they are.</p>"
    yield _listed(assumptions(story))
    yield from _comparison(story)
    yield from _pictures(story)
    yield from _groups(story)
    yield from _sweeps(story)
    yield from _actions(story)
    yield (
        '<p class="aside">The tables behind this page lie beside it in <code>tables/</code>, as CSV, '
        "Parquet and one "
        "workbook. Nothing here says what a policy causes; it says whom its rules reach, and how much "
        "work they ask "
        "for, if the assumptions hold. People decide.</p>"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _changes(change: object) -> str:
    assert isinstance(change, dict)
    return ", ".join(f"{name} {value}" for name, value in change.items())


def _listed(sentences: Iterator[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in sentences)}</ul>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1) -> str:
    """A table of texts; all but the first columns are numbers."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}>{escape(one)}</{tag}>" if place < texts else f'<{tag} class="n">{escape(one)}</{tag}>'
            for place, one in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    top = f"<thead><tr>{cells(head, 'th')}</tr></thead>"
    return f'<div class="wide"><table>{top}<tbody>{body}</tbody></table></div>'


def _comparison(story: Story) -> Iterator[str]:
    yield "<h2>The policies side by side</h2>" if story.has_others else "<h2>Figures</h2>"
    others = story.names[1:]
    head = ["", *story.names, *(f"{name} − {story.names[0]}" for name in others)]
    rows = []
    for key, measure in MEASURES.items():
        if key == "turned" and not story.scenario.has_effect:
            continue
        figures = [with_interval(story.overview(key, name), measure.unit) for name in story.names]
        changes = []
        for name in others:
            change = story.difference(key, name)
            unclear = story.scenario.seeds > 1 and change is not None and not is_clear(change)
            changes.append(
                signed(change, measure.unit) + (" *" if unclear and change and change.mean else "")
            )
        rows.append([measure.title, *figures, *changes])
    yield _table(head, rows)
    if others and story.scenario.seeds > 1:
        yield '<p class="aside">* The interval of the difference holds 0: it may be chance.</p>'


def _figure(drawn: str, caption: str) -> str:
    return f"<figure>{drawn}<figcaption>{escape(caption)}</figcaption></figure>" if drawn else ""


def _pictures(story: Story) -> Iterator[str]:
    yield "<h2>How much pupils miss, and where the lines are</h2>"
    yield _figure(
        absence_chart(story),
        "Pupils by the percent of sessions missed over the run. Dotted: the lines of tiers.",
    )
    yield "<h2>Tiers through the year</h2>"
    yield _figure(
        tiers_chart(story),
        "Pupils in each tier, those of higher tiers included, at each week's decision; shaded: the "
        "interval. In the "
        "first weeks one day is a large share, so tiers swell and shrink.",
    )
    for other in story.names[1:]:
        yield "<h2>Who moves</h2>"
        yield _figure(
            moves_chart(story, "worst_tier", other),
            "The same pupils, with the same luck, by the most serious tier of the run. Off the diagonal "
            "are those "
            "who move.",
        )
        yield _moved(story, other)
    yield "<h2>Work by role and week</h2>"
    yield _figure(
        workload_chart(story),
        "Hours spent in each week by the five roles with the most, the hours there are, and hours of "
        "work that are "
        "left waiting.",
    )


def _moved(story: Story, other: str) -> str:
    rows = []
    for measure in ("support", "legal"):
        own = story.rows("moves", measure=measure, other=other)
        for a, b, said in (
            ("no", "yes", f"only under “{other}”"),
            ("yes", "no", f"only under “{story.names[0]}”"),
        ):
            found = [row for row in own if (row["under_first"], row["under_other"]) == (a, b)]
            title = own[0]["title"] if own else measure
            shown = (
                with_interval(Figure(found[0]["mean"], found[0]["low"], found[0]["high"])) if found else "0"
            )
            rows.append([f"{title} {said}", f"{shown} pupils"])
    return _table(["", ""], rows)


def _groups(story: Story) -> Iterator[str]:
    if "groups" not in story.tables:
        return
    yield "<h2>By group</h2>"
    yield _listed(disparities(story))
    for measure, (title, _) in GROUP_MEASURES.items():
        if measure not in ("support_asked", "legal_asked"):
            continue
        drawn = groups_chart(story, measure)
        if drawn:
            yield f"<h3>{escape(title)}</h3>"
            yield _figure(drawn, "Percent of each group's pupils, with the interval.")
    rows = [_group_row(row) for row in story.rows("groups") if row["by"] != "school"]
    head = ("group", "policy", "", "pupils", "percent", "points from all others", "times")
    yield f"<details><summary>All figures by group</summary>{_table(head, rows, texts=3)}</details>"
    if story.scenario.is_own:
        yield (
            f'<p class="aside">c: held back, since it is below {story.scenario.small_numbers} or would '
            "give away what "
            "is. The other tables hold nothing back: look at them before you publish any.</p>"
        )


def _group_row(row: Row) -> list[str]:
    name = f"{row['title']}: {row['group']}"
    title = GROUP_MEASURES[row["measure"]][0]
    if row["held_back"]:
        return [name, row["policy"], title, "c", "c", "c", "c"]

    def of(prefix: str) -> Figure | None:
        mean = row[f"{prefix}_mean"]
        return None if mean is None else Figure(mean, row[f"{prefix}_low"], row[f"{prefix}_high"])

    times = "–" if row["times_others"] is None else f"{row['times_others']:.2f}"
    return [
        *(name, row["policy"], title, f"{row['pupils']:,.0f}"),
        *(with_interval(of("percent"), "%"), signed(of("points_from_others")), times),
    ]


def _sweeps(story: Story) -> Iterator[str]:
    for sweep in story.scenario.sweeps:
        yield f"<h2>If “{escape(threshold_title(story, sweep.threshold))}” were another</h2>"
        drawn = sweep_chart(story, sweep.threshold)
        policy = story.policies[0]
        barred = [value for value in sweep.values if not is_allowed(policy, sweep.threshold, value)]
        now = policy.thresholds[sweep.threshold].value
        caption = f"All else as under “{story.names[0]}”, where it is {now}; shaded: the interval."
        if barred:
            caption += (
                f" No local policy may choose {', '.join(barred)}: the national one fixes or bounds it."
            )
        yield _figure(drawn, caption)


def _actions(story: Story) -> Iterator[str]:
    yield "<h2>Who is recommended what</h2>"
    names = list(dict.fromkeys((row["action"], row["title"], row["doer"]) for row in story.rows("actions")))
    head = ["", "falls to"]
    for name in story.names:
        suffix = f" · {name}" if story.has_others else ""
        head += [f"pupils{suffix}", f"asked{suffix}", f"done{suffix}"]
    rows = []
    for action, title, doer in names:
        cells = [title, story.title_of_role(doer)]
        for name in story.names:
            found = story.rows("actions", action=action, policy=name)
            for part in ("pupils", "asked", "done"):
                own = found[0] if found else None
                mean = None if own is None else own[f"{part}_mean"]
                shown = (
                    None
                    if own is None or mean is None
                    else Figure(mean, own[f"{part}_low"], own[f"{part}_high"])
                )
                cells.append(with_interval(shown))
        rows.append(cells)
    yield _table(head, rows, texts=2)
