"""Merging: the declarations of several layers as one list, with every change and removal applied.

Layers are merged as syntax, before names are resolved, so that everything that mentions a changed
declaration is checked again with the change in it: a set of codes inside a measure, a measure inside a
condition. Each declaration remembers the layer that it comes from, and the changes are kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.header import the_header
from fingerpost_dsl.layers.additions import addition_limits
from fingerpost_dsl.layers.authors import Author, author_of, claims
from fingerpost_dsl.layers.changes import change_limits, removal_limits, without_reason
from fingerpost_dsl.layers.effects import effect_of, effect_of_removal
from fingerpost_dsl.layers.fixed import Below
from fingerpost_dsl.layers.limits import threshold_limits
from fingerpost_dsl.model.policy import Change, Effect, PolicyId
from fingerpost_dsl.names import Kind, Named, Placed, Removed, did_you_mean, gather
from fingerpost_dsl.source import Span

OF_LIMITS = frozenset(
    (
        "E0409",
        "E0410",
        "E0411",
        "E0412",
        "E0413",
        "E0417",
        "E0418",
        "E0419",
        "E0420",
        "E0421",
        "E0422",
        "E0423",
        "E0424",
    )
)
"""Limits that are broken. The change is then left out, so that the rest makes sense and can be looked at."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One policy's declarations, and what it is called."""

    id: PolicyId
    file: syntax.File


@dataclass(slots=True)
class Merged:
    """All layers together. `codes` and `tests` have no names; tests are those of the top layer alone."""

    placed: dict[str, Placed] = field(default_factory=dict)
    codes: list[syntax.Code] = field(default_factory=list)
    tests: list[syntax.Test] = field(default_factory=list)
    removed: dict[str, Removed] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)

    @property
    def because(self) -> Mapping[str, str]:
        """Why each changed declaration was changed, by the layer that did it last."""
        return {change.name: change.because for change in self.changes if not change.removed}


def merge(layers: Sequence[Layer]) -> Merged:
    """Lay each layer over those before it, the lowest first."""
    merged = Merged()
    for depth, layer in enumerate(layers):
        below = dict(merged.placed)
        _add(merged, layer)
        _alter(merged, layer, _limits(merged, layer, below) if depth else None)
    if layers:
        merged.tests = [one for one in layers[-1].file.declarations if isinstance(one, syntax.Test)]
    return merged


@dataclass(frozen=True, slots=True)
class _Limits:
    """What binds the author of a layer: what is below it, and whom that author can bind."""

    below: Below
    author: Author


def _limits(merged: Merged, layer: Layer, below: Mapping[str, Placed]) -> _Limits:
    """The limits of a layer; what its header and its additions break of them is reported."""
    declarations = layer.file.declarations
    leaving = frozenset(one.name.text for one in declarations if isinstance(one, syntax.Remove))
    header, _ = the_header(layer.file)
    assert header is not None
    author = author_of(header, merged.placed)
    limits = _Limits(Below(below, leaving), author)
    merged.found.extend(claims(header, merged.placed))
    together = Below(merged.placed, leaving)
    for one in declarations:
        merged.found.extend(addition_limits(one, limits.below, together, author))
        if isinstance(one, syntax.Bar):
            _record_stopped(merged, one, limits.below, layer.id)
    return limits


def _record_stopped(merged: Merged, bar: syntax.Bar, below: Below, by: PolicyId) -> None:
    """A bar laid on what is below changes it: that is kept as every other change is."""
    for name in bar.stops:
        stopped = below.placed.get(name.text)
        if stopped is not None and name.text not in below.leaving:
            why = bar.ours or bar.title
            merged.changes.append(
                Change(
                    by=by,
                    kind=stopped.kind.value,
                    name=name.text,
                    removed=False,
                    because=why.text,
                    clauses=("bar",),
                    effect=Effect.WEAKER,
                    span=bar.span,
                )
            )


def _alter(merged: Merged, layer: Layer, limits: _Limits | None) -> None:
    """Every change and removal of a layer."""
    changed: dict[str, Span] = {}
    for one in layer.file.declarations:
        if isinstance(one, syntax.Remove):
            _remove(merged, one, layer.id, limits)
        elif isinstance(
            one,
            syntax.ChangeThreshold
            | syntax.ChangeExpression
            | syntax.ChangeTier
            | syntax.ChangeRule
            | syntax.ChangeBar
            | syntax.ChangeCodes,
        ):
            _change(merged, one, layer.id, changed, limits)


def _add(merged: Merged, layer: Layer) -> None:
    added = list(merged.placed.values())
    for one in layer.file.declarations:
        match one:
            case syntax.Code():
                merged.codes.append(one)
            case (
                syntax.Policy()
                | syntax.Test()
                | syntax.Remove()
                | syntax.ChangeThreshold()
                | syntax.ChangeExpression()
                | syntax.ChangeTier()
                | syntax.ChangeRule()
                | syntax.ChangeBar()
                | syntax.ChangeCodes()
            ):
                pass
            case _:
                added.append(Placed(one, layer.id))
    merged.placed, found = gather(added)
    merged.found.extend(found)


def _remove(merged: Merged, removal: syntax.Remove, by: PolicyId, limits: _Limits | None) -> None:
    name = removal.name.text
    about = _About("remove", removal.kind, name, removal.name.span)
    placed = _target(merged, about, by, lowest=limits is None)
    if placed is None or limits is None:
        return
    broken = list(removal_limits(removal, limits.below, limits.author))
    if not removal.because.text.strip():
        broken.append(without_reason(removal.because))
    if broken:
        merged.found.extend(broken)
        return
    del merged.placed[name]
    merged.removed[name] = Removed(kind=placed.kind, origin=by, span=removal.name.span)
    merged.changes.append(
        Change(
            by=by,
            kind=removal.kind.value,
            name=name,
            removed=True,
            because=removal.because.text,
            effect=effect_of_removal(placed.declaration),
            span=removal.span,
        )
    )


def _change(
    merged: Merged, change: syntax.Change, by: PolicyId, changed: dict[str, Span], limits: _Limits | None
) -> None:
    name, kind = change.name.text, _kind(change)
    about = _About("change", kind, name, change.name.span)
    placed = _target(merged, about, by, lowest=limits is None)
    if placed is None or limits is None:
        return
    if name in changed:
        merged.found.append(
            Diagnostic(
                code="E0406",
                message=f"`{name}` is changed twice",
                span=change.name.span,
                labels=(Label(changed[name], "first here"),),
                help="put both changes into one",
            )
        )
        return
    changed[name] = change.name.span
    before = placed.declaration
    after, clauses = _applied(change, before)
    broken = list(change_limits(change, before, after, limits.below, limits.author))
    if isinstance(change, syntax.ChangeThreshold) and isinstance(before, syntax.Threshold):
        broken.extend(threshold_limits(change, before, merged.placed))
    merged.found.extend(broken)
    if broken:
        return
    if after == before:
        merged.found.append(_nothing_changed(change, placed))
    merged.placed[name] = Placed(after, placed.origin)
    merged.changes.append(
        Change(
            by=by,
            kind=kind.value,
            name=name,
            removed=False,
            because=change.because.text,
            clauses=clauses,
            effect=effect_of(before, after, limits.below.placed),
            span=change.span,
        )
    )


def _nothing_changed(change: syntax.Change, placed: Placed) -> Diagnostic:
    return Diagnostic(
        code="W0401",
        message=f"the change of `{change.name.text}` changes nothing",
        span=change.name.span,
        labels=(Label(placed.span, "it is so already"),),
        help="leave it out: what is not changed stays as it is",
    )


def _kind(change: syntax.Change) -> syntax.DeclarationKind:
    match change:
        case syntax.ChangeThreshold():
            return syntax.DeclarationKind.THRESHOLD
        case syntax.ChangeExpression(kind=kind) | syntax.ChangeRule(kind=kind):
            return kind
        case syntax.ChangeTier():
            return syntax.DeclarationKind.TIER
        case syntax.ChangeBar():
            return syntax.DeclarationKind.BAR
        case syntax.ChangeCodes():
            return syntax.DeclarationKind.CODES
        case _:
            assert_never(change)


@dataclass(frozen=True, slots=True)
class _About:
    """What a change or removal says that it is about."""

    verb: str
    kind: syntax.DeclarationKind
    name: str
    span: Span


def _target(merged: Merged, about: _About, by: PolicyId, *, lowest: bool) -> Placed | None:
    """What a change or removal is about; that there is no such thing below is reported."""
    verb, kind, name, span = about.verb, about.kind, about.name, about.span
    wanted = Kind.CODES if kind is syntax.DeclarationKind.CODES else _kind_named(kind)
    placed = merged.placed.get(name)
    if lowest:
        merged.found.append(
            Diagnostic(
                code="E0404",
                message=f"`{verb}` belongs to a policy that extends another",
                span=span,
                help="add `extends` and the policy's name and version to the header",
            )
        )
    elif placed is None:
        names = [one.name for one in merged.placed.values() if one.kind is wanted and one.origin != by]
        advice, fix = did_you_mean(name, names, span)
        gone = merged.removed.get(name)
        merged.found.append(
            Diagnostic(
                code="E0405",
                message=f"there is no {kind.value} `{name}` to {verb}",
                span=span,
                labels=(Label(gone.span, "removed here"),) if gone is not None else (),
                help=advice or "`fingerpost check PATH --resolved` lists all that is there, with its names",
                fix=fix,
            )
        )
    elif placed.kind is not wanted:
        merged.found.append(
            Diagnostic(
                code="E0204",
                message=f"`{name}` is {placed.kind.with_article}",
                span=span,
                note=f"this wants to {verb} {wanted.with_article}" if wanted is not None else "",
                labels=(Label(placed.span, "declared here"),),
                help=f"write `{verb} {placed.kind.value} {name} …`",
            )
        )
    elif placed.origin == by:
        merged.found.append(
            Diagnostic(
                code="E0408",
                message=f"`{name}` is this policy's own",
                span=span,
                labels=(Label(placed.span, "declared here"),),
                help=f"alter the declaration itself: `{verb}` is for what the policy extends",
            )
        )
    else:
        return placed
    return None


def _kind_named(kind: syntax.DeclarationKind) -> Kind | None:
    return next((one for one in Kind if one.value == kind.value), None)


def _applied(change: syntax.Change, declared: Named) -> tuple[Named, tuple[str, ...]]:
    """The declaration with the clauses given in place of those it had, and which those are."""
    match change, declared:
        case syntax.ChangeThreshold(), syntax.Threshold():
            given = _given(change, "open", "cites", "ours")
            return replace(declared, value=change.value, unit=None, **given), ("value", *given)
        case syntax.ChangeExpression(), syntax.Measure() | syntax.Condition() | syntax.Cohort():
            return replace(declared, value=change.value), ("value",)
        case syntax.ChangeTier(), syntax.Tier():
            given = _given(change, "when", "continues", "provisional_below", "left_when", "cites", "ours")
            return replace(declared, **given), tuple(given)
        case syntax.ChangeBar(), syntax.Bar():
            return replace(declared, when=change.when), ("when",)
        case syntax.ChangeCodes(), syntax.Codes():
            return replace(declared, members=change.members, without=change.without), ("members",)
        case syntax.ChangeRule(), syntax.Action() | syntax.Step():
            given = _given(change.clauses, *_RULE_CLAUSES)
            changed = replace(declared, clauses=replace(declared.clauses, **given))
            if change.norm is None:
                return changed, tuple(given)
            gone = _without_meaning(change.norm.modality, given)
            return replace(changed, norm=change.norm, clauses=replace(changed.clauses, **gone)), (
                "norm",
                *given,
            )
        case _:
            return declared, ()


def _without_meaning(modality: syntax.Modality, given: Mapping[str, object]) -> dict[str, Any]:
    """The clauses that a new modality leaves no meaning: a `may` is never due, and nothing else expires.

    What the change itself gives stays, to be told that it has none.
    """
    clauses = ("within", "by_date") if modality is syntax.Modality.MAY else ("expires",)
    return {clause: None for clause in clauses if clause not in given}


_RULE_CLAUSES = tuple(syntax.RuleClauses.__dataclass_fields__)


def _given(clauses: object, *names: str) -> dict[str, Any]:
    """The clauses that a change gives: those that are not empty."""
    return {name: value for name in names if (value := getattr(clauses, name))}
