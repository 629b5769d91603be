"""The coverage of a policy's sources: as text, as a page of the manual, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fingerpost.passages import Citing, PassageCoverage, SourceCoverage, place
from fingerpost.render.json_form import Object
from fingerpost.render.words import joined, plural, wrapped
from fingerpost.responsibilities import Responsibility
from fingerpost_dsl.model.declarations import Source
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first

_INDENT = "    "


def coverage_text(coverage: SourceCoverage, width: int) -> str:
    """Every passage with what the policy makes of it, source by source; gaps and orphans first."""
    lines = [_heading(coverage), *_wrong(coverage, width)]
    for source, passages in _by_source(coverage):
        lines += ["", *wrapped(_source(source), width, "", "  ")]
        for one in passages:
            name = one.passage.name.removeprefix(f"{source.name}.")
            lines += wrapped(f"{name} · {one.passage.title}", width, "  ", _INDENT)
            for citing in one.citing:
                said = f"{_said(citing, coverage.policy)} ({citing.name}, {citing.place})"
                lines += wrapped(said, width, _INDENT + "  ", _INDENT * 2)
            lines += [] if one.citing else [f"{_INDENT}  nothing cites it"]
    return "\n".join(lines) + "\n"


def coverage_page(coverage: SourceCoverage) -> str:
    """The same as Markdown: a table for each source, then who is asked for what."""
    lines = [_heading(coverage), *_wrong(coverage, 1000)]
    for source, passages in _by_source(coverage):
        lines += ["", f"### {source.name}: {source.title}", "", f"{_source_notes(source)}", ""]
        lines += ["| passage | asks | who, and where it stands |", "|---|---|---|"]
        for one in passages:
            name = one.passage.name.removeprefix(f"{source.name}.")
            notes = "".join(f" *{note}*" for note in one.passage.notes)
            who = "<br>".join(f"{_said(citing, coverage.policy)} · `{citing.name}`" for citing in one.citing)
            lines.append(f"| `{name}` | {_cell(one.passage.title + notes)} | {_cell(who)} |")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def responsibilities_page(coverage: SourceCoverage) -> str:
    """Who is asked for what, role by role, as Markdown."""
    policy = coverage.policy
    lines: list[str] = []
    for role in policy.roles.values():
        mine = [one for one in coverage.asked if one.role == role.name]
        if mine:
            lines += [
                "",
                f"### {role.title}",
                "",
                "| for | modality | weight | what | when |",
                "|---|---|---|---|---|",
            ]
            lines += [
                f"| {_for_whom(one, policy)} | {one.modality.value} | {one.weight.value} "
                f"| {_cell(one.text)} | {_cell('; '.join(one.times))} |"
                for one in mine
            ]
    return "\n".join(lines).strip() + "\n"


def coverage_object(coverage: SourceCoverage) -> Object:
    """Passages and responsibilities as data."""
    header = coverage.policy.header
    return {
        "policy": {"id": header.id.id, "version": header.id.version, "digest": coverage.policy.digest},
        "passages": [_passage_object(one) for one in coverage.passages],
        "responsibilities": [responsibility_object(one) for one in coverage.asked],
        "gaps": [one.passage.name for one in coverage.gaps],
        "orphans": [one.name for one in coverage.orphans],
    }


def responsibility_object(one: Responsibility) -> Object:
    """One row of who is asked for what."""
    return {
        "name": one.name,
        "kind": one.kind,
        "title": one.title,
        "role": one.role,
        "modality": one.modality.value,
        "weight": one.weight.value,
        "text": one.text,
        "subject": one.subject.value,
        "tier": one.tier,
        "tiers": list(one.tiers),
        "pathway": one.pathway,
        "usually_by": one.usually_by,
        "with": list(one.with_roles),
        "jointly_with": list(one.jointly_with),
        "times": list(one.times),
        "cites": list(one.cites),
        "ours": one.ours,
        "notes": list(one.notes),
        "place": place(one.span),
    }


def _passage_object(one: PassageCoverage) -> Object:
    return {
        "name": one.passage.name,
        "source": one.source.name,
        "title": one.passage.title,
        "weight": one.source.weight.value,
        "notes": list(one.passage.notes),
        "cited_by": [
            {
                "declaration": citing.keyword,
                "name": citing.name,
                "title": citing.title,
                "role": citing.asks.role if citing.asks else None,
                "modality": citing.asks.modality.value if citing.asks else None,
                "place": citing.place,
            }
            for citing in one.citing
        ],
    }


def _heading(coverage: SourceCoverage) -> str:
    sources = {one.source.name for one in coverage.passages}
    counts = (
        str(coverage.policy.header.id),
        f"{plural(len(coverage.passages), 'passage')} of {plural(len(sources), 'source')}",
        plural(len(coverage.asked), "action or step", "actions and steps"),
    )
    return " · ".join(counts)


def _wrong(coverage: SourceCoverage, width: int) -> Iterator[str]:
    if not coverage.gaps and not coverage.orphans:
        yield "Every passage is cited, and every action and step rests on something."
    if coverage.gaps:
        names = joined([one.passage.name for one in coverage.gaps])
        yield from wrapped(f"Nothing cites {names}.", width, "", "  ")
    if coverage.orphans:
        names = joined([f"{one.name} ({place(one.span)})" for one in coverage.orphans])
        yield from wrapped(f"These cite nothing: {names}.", width, "", "  ")


def _by_source(coverage: SourceCoverage) -> Iterator[tuple[Source, list[PassageCoverage]]]:
    order = list(coverage.policy.sources)
    ordered = sorted(coverage.passages, key=lambda one: order.index(one.source.name))
    for _, group in groupby(ordered, key=lambda one: one.source.name):
        passages = list(group)
        yield passages[0].source, passages


def _source(source: Source) -> str:
    return f"{source.name} · {source.title} · {_source_notes(source)}"


def _source_notes(source: Source) -> str:
    secondary = f"known from {source.secondary}" if source.secondary else ""
    return "; ".join(part for part in (source.weight.value, secondary, *source.notes) if part)


def _said(citing: Citing, policy: Policy) -> str:
    """`school should, every term: review the data`; or what else it is."""
    one = citing.asks
    if one is None:
        return f"{citing.keyword}: {lower_first(citing.title)}"
    whom = _for_whom(one, policy)
    role = policy.roles[one.role].title
    return f"{role} {one.modality.value}, for {whom}: {lower_first(one.title)}"


def _for_whom(one: Responsibility, policy: Policy) -> str:
    if one.tier is not None:
        only = "" if len(one.tiers) > 1 or not _is_continued(one.tier, policy) else "only "
        return f"pupils ({only}{lower_first(policy.tiers[one.tier].title)})"
    if one.pathway is not None:
        return f"each {one.subject.value} ({lower_first(policy.pathways[one.pathway].title)})"
    return f"each {one.subject.value}"


def _is_continued(tier: str, policy: Policy) -> bool:
    return any(other.continues == tier for other in policy.tiers.values())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
