"""Explanations as one self-contained page: no script, no font, no picture from anywhere.

It prints as it looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fingerpost.decision import Status
from fingerpost.explain import Explanation
from fingerpost.render.facts import (
    about_when,
    ends_when,
    for_parents,
    rate_line,
    rests_on,
    standing,
    tier_line,
    unless_words,
    who_must,
    with_whom,
)
from fingerpost.render.items import TO_DO, Item, items
from fingerpost.render.not_now import change_words, ending_words, leaving_words, near, points_of
from fingerpost.render.officer import PAST, because_of, record_text, whether_text, who
from fingerpost.render.parent import parent_paragraphs
from fingerpost.render.sentences import Point, because, question_text
from fingerpost.render.words import long_date
from fingerpost_dsl.model.policy import Policy

_STYLE = """
body { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #1a1a1a; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 2rem 0 0.2rem; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 0.4rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0.2rem; }
.status { float: right; margin-left: 1rem; font-weight: bold; }
.late { color: #9b1c1c; }
dl { margin: 0.2rem 0 0 1rem; }
dt { float: left; clear: left; width: 6rem; color: #555; }
dd { margin-left: 6.5rem; }
ul { margin: 0.2rem 0; padding-left: 1.4rem; }
.marks { color: #333; font-size: 0.92em; }
.aside, .record { color: #555; }
.record { border-top: 1px solid #bbb; margin-top: 2rem; font-size: 0.85em; }
article { break-inside: avoid; }
section.pupil { break-after: page; }
section.pupil:last-child { break-after: auto; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } }
""".strip()


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def officer_html(
    found: Sequence[Explanation], policy: Policy, *, only: str | None = None, everything: bool = False
) -> str:
    """The officer's view of one pupil or several."""
    sections = "".join(_pupil(one, policy, only, everything=everything) for one in found)
    return page(", ".join(one.decision.id for one in found[:3]), sections)


def parent_html(explanation: Explanation, policy: Policy, *, reader: str | None = None) -> str:
    """The parent's view: the same paragraphs as the text."""
    parts = []
    for paragraph in parent_paragraphs(explanation.decision, policy, reader=reader):
        listed = [text[2:] for text in paragraph if text.startswith(("• ", "– "))]
        said = " ".join(text for text in paragraph if not text.startswith(("• ", "– ")))
        parts.append(f"<p>{escape(said)}</p>\n{_list(listed)}")
    return page("Attendance", "".join(parts))


def _pupil(explanation: Explanation, policy: Policy, only: str | None, *, everything: bool) -> str:
    decision = explanation.decision
    stand = " · ".join(part for part in (rate_line(decision, policy), tier_line(decision, policy)) if part)
    parts = [
        f"<h1>{escape(who(decision, policy))} · {escape(long_date(decision.on))}</h1>\n",
        f"<p>{escape(stand)}</p>\n",
        *(f'<p class="aside">{escape(remark.text)}</p>\n' for remark in decision.remarks),
    ]
    todo = _chosen(items([decision], policy, TO_DO), only)
    parts += [_item(item, policy, explanation) for item in todo] or ["<p>Nothing to do now.</p>\n"]
    parts += _barred(_chosen(items([decision], policy, frozenset({Status.BARRED})), only), policy)
    parts += _not_known(explanation, policy, only)
    parts += _not_now(explanation, policy, only, everything=everything)
    past = _chosen(items([decision], policy, PAST), only)
    if past:
        parts.append("<h2>Done or past</h2>\n" + _list([f"{one.one.title}: {standing(one)}" for one in past]))
    parts.append(f'<p class="record">{escape(record_text(decision))}</p>\n')
    return f'<section class="pupil">\n{"".join(parts)}</section>\n'


def _chosen(found: Sequence[Item], only: str | None) -> list[Item]:
    return [item for item in found if only is None or item.one.name == only]


def _list(texts: Sequence[str]) -> str:
    if not texts:
        return ""
    return "<ul>\n" + "".join(f"<li>{escape(text)}</li>\n" for text in texts) + "</ul>\n"


def _item(item: Item, policy: Policy, explanation: Explanation) -> str:
    one = item.one
    asides = (about_when(item), for_parents(item), with_whom(one, policy), unless_words(one))
    aside = "; ".join(part for part in asides if part)
    points = because(one.reason, policy, item.decision.on)
    why = _points(points) if points else escape(because_of(item, policy))
    endings = [e for e in explanation.endings if e.rule == one.name and e.parent == one.parent][:1]
    rows = [
        ("because", why),
        ("rests on", "<br>".join(escape(text) for text in rests_on(one, policy))),
        ("ends when", escape(ends_when(one, policy))),
        *(("then", escape(text)) for e in endings for text in ending_words(e, policy, item.decision.on)),
        *(("note", escape(note)) for note in one.notes),
    ]
    late = " late" if item.late else ""
    return (
        f'<article>\n<h3><span class="status{late}">{escape(standing(item))}</span>'
        f"{escape(who_must(one))}</h3>\n"
        + (f'<p class="aside">{escape(aside)}</p>\n' if aside else "")
        + "<dl>\n"
        + "".join(f"<dt>{label}</dt><dd>{text}</dd>\n" for label, text in rows if text)
        + "</dl>\n</article>\n"
    )


def _points(points: Sequence[Point]) -> str:
    return "<br>".join(
        escape(point.text)
        + (f'<br><span class="marks">{escape("  ·  ".join(point.details))}</span>' if point.details else "")
        for point in points
    )


def _barred(found: Sequence[Item], policy: Policy) -> list[str]:
    if not found:
        return []
    parts = ["<h2>Barred</h2>\n"]
    for item in found:
        bars = []
        for bar in item.one.barred_by:
            lifts = f"; the bar lifts on {long_date(bar.lifts)}" if bar.lifts else ""
            points = _points(because(bar.reason, policy, item.decision.on))
            bars.append(f"<li>{escape(bar.title + lifts)}<br>{points}</li>\n")
        parents = for_parents(item)
        whose = f", {parents}" if parents else ""
        parts.append(f"<p>{escape(who_must(item.one) + whose)}</p>\n<ul>\n{''.join(bars)}</ul>\n")
    return parts


def _not_known(explanation: Explanation, policy: Policy, only: str | None) -> list[str]:
    decision = explanation.decision
    found = _chosen(items([decision], policy, frozenset({Status.UNKNOWN})), only)
    questions = [q for q in decision.not_known if only is None or only in q.settles]
    if not found and not questions:
        return []
    asked = [question_text(q) + (f" (parent {q.whose})" if q.whose else "") for q in questions]
    return [
        "<h2>Not known</h2>\n",
        _list(list(dict.fromkeys(whether_text(item) for item in found))),
        "<p>To find out, in order of how much hangs on it:</p>\n" + _list(asked) if asked else "",
    ]


def _not_now(explanation: Explanation, policy: Policy, only: str | None, *, everything: bool) -> list[str]:
    groups = near(explanation, only, everything=everything)
    if not groups:
        return []
    on = explanation.decision.on
    parts = ["<h2>Not now</h2>\n"]
    for group in groups:
        one = group[0]
        rule = policy.actions.get(one.rule) or policy.steps[one.rule]
        decides = " — a person decides" if one.enforcement else ""
        texts = [point.text for point in points_of(one, policy, on)]
        texts += [change_words(change, policy, on) for change in one.changes]
        texts += leaving_words(one.leaving, on)
        parts.append(f"<p>{escape(f'{one.actor_title} {rule.modality.value} {one.text}{decides}')}</p>\n")
        parts.append(_list(texts))
    return parts
