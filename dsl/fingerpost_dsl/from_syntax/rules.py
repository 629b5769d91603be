"""Who does what: actions, pathways, steps and bars."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax import selections, windows
from fingerpost_dsl.from_syntax.amounts import amount, unit_fits
from fingerpost_dsl.from_syntax.conditions import condition, conditions, in_tier
from fingerpost_dsl.from_syntax.marks import only_counted
from fingerpost_dsl.from_syntax.scope import Scope, for_each
from fingerpost_dsl.from_syntax.texts import citations, optional, placeholders, role, roles, texts
from fingerpost_dsl.model.declarations import (
    Action,
    After,
    Bar,
    ByDate,
    Deadline,
    DoneWhen,
    Modality,
    Pathway,
    Recurrence,
    Rule,
    Step,
    Subject,
)
from fingerpost_dsl.model.expressions import Anchor, Condition
from fingerpost_dsl.names import Kind
from fingerpost_dsl.operators import BUILT_IN_SETS, OPERATORS, UNMARKED, Over
from fingerpost_dsl.source import Span


@dataclass(frozen=True, slots=True)
class _Whom:
    """Of whom a rule speaks."""

    subject: Subject
    occasion: str | None


def action(declared: syntax.Action, scope: Scope, because: str | None = None) -> Action | None:
    """`action formal_conversation "…" school should "…" in tier persistent when … within …`."""
    whom = _whom(declared.clauses.for_each, scope)
    shared = _shared(declared, whom, scope, because)
    if shared is None:
        return None
    return Action(**_as_fields(shared))


def step(declared: syntax.Step, scope: Scope, because: str | None = None) -> Step | None:
    """`step improve of legal_intervention "…" school should "…" after consider when …`."""
    placed = scope.find(declared.pathway, Kind.PATHWAY)
    whom = _whom(declared.clauses.for_each, scope)
    if placed is not None and isinstance(placed.declaration, syntax.Pathway):
        of_pathway = _whom(placed.declaration.for_each, scope, silent=True)
        if declared.clauses.for_each is not None and whom != of_pathway:
            scope.report(
                Diagnostic(
                    code="E0324",
                    message=f"`{declared.name.text}` speaks of somebody else than its pathway",
                    span=declared.clauses.for_each.span,
                    labels=(Label(placed.span, "the pathway says for whom it is"),),
                    help="leave it out here: a step is for whom its pathway is",
                )
            )
        whom = of_pathway
    shared = _shared(declared, whom, scope, because)
    after = [_after(one, declared, scope.of(whom.subject, whom.occasion)) for one in declared.clauses.after]
    known = tuple(one for one in after if one is not None)
    if shared is None or placed is None or len(known) != len(after):
        return None
    return Step(
        **_as_fields(shared),
        pathway=placed.name,
        starts_here=declared.clauses.starts_here,
        ends_round=declared.clauses.ends_round,
        after=known,
    )


def pathway(declared: syntax.Pathway, scope: Scope) -> Pathway | None:
    """`pathway legal_intervention "…" for each parent enforcement cites …`."""
    whom = _whom(declared.for_each, scope)
    inside = scope.of(whom.subject, whom.occasion)
    tier = None if declared.in_tier is None else in_tier(declared.in_tier, inside)
    when = conditions(declared.when, inside)
    cites = citations(declared.cites, scope)
    if when is None or (declared.in_tier is not None and tier is None):
        return None
    return Pathway(
        name=declared.name.text,
        title=declared.title.text,
        subject=whom.subject,
        occasion=whom.occasion,
        tier=tier,
        when=when,
        enforcement=declared.enforcement,
        cites=cites,
        notes=texts(declared.notes),
        span=declared.span,
    )


def bar(declared: syntax.Bar, scope: Scope, because: str | None = None) -> Bar | None:
    """`bar two_notices "…" stops second_notice when …`: it is for those for whom what it stops is."""
    stopped = [scope.find(name, Kind.ACTION, Kind.STEP) for name in declared.stops]
    known = [placed for placed in stopped if placed is not None]
    subject = for_each(declared.for_each)
    if declared.for_each is None and known and all(scope.of_whom(one) is Subject.PARENT for one in known):
        subject = Subject.PARENT
    held = condition(declared.when, scope.of(subject))
    cites = citations(declared.cites, scope)
    if held is None or len(known) != len(stopped):
        return None
    return Bar(
        name=declared.name.text,
        title=declared.title.text,
        stops=tuple(placed.name for placed in known),
        when=(held,),
        subject=subject,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def _whom(clause: syntax.ForEach | None, scope: Scope, *, silent: bool = False) -> _Whom:
    """Whom `for each …` means: a subject, or the occasions of one kind."""
    if clause is None or clause.occasion is None:
        return _Whom(for_each(clause), None)
    name = clause.occasion
    if name.text == UNMARKED and not silent:
        only_counted(name, scope)
    elif name.text not in BUILT_IN_SETS and not silent:
        scope.find(name, Kind.OCCASION, Kind.CODES)
    return _Whom(Subject.PUPIL, name.text)


def _shared(
    declared: syntax.Action | syntax.Step, whom: _Whom, scope: Scope, because: str | None
) -> Rule | None:
    """What actions and steps share. Everything is looked at, so that one run reports every error."""
    clauses = declared.clauses
    inside = scope.of(whom.subject, whom.occasion)
    placeholders(declared.norm.text, scope)
    for note in clauses.notes:
        placeholders(note, scope)
    actor = scope.find(declared.norm.actor, Kind.ROLE)
    tier = None if clauses.in_tier is None else in_tier(clauses.in_tier, inside)
    when = conditions(clauses.when, inside)
    unless = conditions(clauses.unless, inside)
    deadlines = _deadlines(declared, inside)
    every = None if clauses.every is None else _every(clauses.every, scope)
    done = None if clauses.done_when is None else _done_when(clauses.done_when, inside)
    missing = (
        (clauses.in_tier is not None and tier is None)
        or (clauses.every is not None and every is None)
        or (clauses.done_when is not None and done is None)
    )
    shared_roles = roles(clauses.with_roles, scope), roles(clauses.jointly_with, scope)
    usual, cites = role(clauses.usually_by, scope), citations(clauses.cites, scope)
    if actor is None or when is None or unless is None or deadlines is None or missing:
        return None
    return Rule(
        name=declared.name.text,
        title=declared.title.text,
        actor=actor.name,
        modality=Modality(declared.norm.modality.value),
        text=declared.norm.text.text,
        with_roles=shared_roles[0],
        jointly_with=shared_roles[1],
        usually_by=usual,
        tier=tier,
        subject=whom.subject,
        occasion=whom.occasion,
        when=when,
        unless=unless,
        within=deadlines.within,
        by_date=None if clauses.by_date is None else _by_date(clauses.by_date),
        no_sooner=deadlines.no_sooner,
        expires=deadlines.expires,
        every=every,
        stands_until_done=clauses.stands_until_done,
        done_when=() if done is None else (done,),
        ours=optional(clauses.ours),
        cites=cites,
        notes=texts(clauses.notes),
        because=because,
        span=declared.span,
    )


def _as_fields(rule: Rule) -> dict[str, Any]:
    """The fields of what is shared, to make an action or a step of."""
    return {field.name: getattr(rule, field.name) for field in fields(rule)}


@dataclass(frozen=True, slots=True)
class _Deadlines:
    within: Deadline | None
    no_sooner: Deadline | None
    expires: Deadline | None


def _deadlines(declared: syntax.Action | syntax.Step, scope: Scope) -> _Deadlines | None:
    """The three lengths of a rule; a `may` has no deadline, and only a `may` expires."""
    clauses = declared.clauses
    is_may = declared.norm.modality is syntax.Modality.MAY
    for clause, word in ((clauses.within, "within"), (clauses.by_date, "by")):
        if is_may and clause is not None:
            scope.report(
                Diagnostic(
                    code="E0503",
                    message=f"what somebody may do is never due: `{word} …`",
                    span=clause.span,
                    labels=(Label(declared.norm.modality_span, "a may"),),
                    help="write `expires after …` for how long it may be done",
                )
            )
    if not is_may and clauses.expires is not None:
        scope.report(
            Diagnostic(
                code="E0504",
                message="only a `may` expires",
                span=clauses.expires.span,
                labels=(Label(declared.norm.modality_span, "this binds"),),
                help="write `within …` for when it is due",
            )
        )
    due, later, ends = clauses.within, clauses.no_sooner, clauses.expires
    within = None if due is None else _deadline("within", due.length, due.of, due.span, scope)
    no_sooner = (
        None if later is None else _deadline("no sooner than", later.length, later.after, later.span, scope)
    )
    expires = None if ends is None else _deadline("expires after", ends.length, ends.of, ends.span, scope)
    for asked, found in ((due, within), (later, no_sooner), (ends, expires)):
        if asked is not None and found is None:
            return None
    return _Deadlines(within, no_sooner, expires)


def _deadline(
    key: str, length: syntax.Quantity, of: syntax.Anchor | None, span: Span, scope: Scope
) -> Deadline | None:
    size = amount(length, scope, units=OPERATORS[key].units, of=f"`{key} …`")
    hung: Anchor | None = None
    if of is not None:
        hung = selections.anchor(of, scope)
        if hung is None:
            return None
    return None if size is None else Deadline(amount=size, anchor=hung, span=span)


def _by_date(by: syntax.ByDate) -> ByDate:
    if isinstance(by.date, syntax.Date):
        return ByDate(date=by.date.date, span=by.span)
    return ByDate(date=(by.date.month, by.date.day), span=by.span)


def _every(every: syntax.Every, scope: Scope) -> Recurrence | None:
    unit = unit_fits(every.unit, every.span, scope, units=OPERATORS["every"].units, of="`every …`")
    if unit is None:
        return None
    return Recurrence(unit=unit, number=every.length, times=every.times, span=every.span)


def _done_when(done: syntax.DoneWhen, scope: Scope) -> DoneWhen | None:
    chosen = selections.selection(done.selection, scope)
    laid = windows.every_window(done.windows, scope, over=Over.EVENTS)
    return (
        None if chosen is None or laid is None else DoneWhen(selection=chosen, windows=laid, span=done.span)
    )


def _after(after: syntax.After, declared: syntax.Step, scope: Scope) -> After | None:
    """A way into a step, from a step of the same pathway."""
    placed = scope.find(after.step, Kind.STEP)
    held: Condition | None = None
    if after.condition is not None:
        held = condition(after.condition, scope)
        if held is None:
            return None
    if placed is None or not isinstance(placed.declaration, syntax.Step):
        return None
    other = placed.declaration
    if other.pathway.text != declared.pathway.text:
        scope.report(
            Diagnostic(
                code="E0502",
                message=f"`{placed.name}` is a step of another pathway, `{other.pathway.text}`",
                span=after.step.span,
                labels=(Label(placed.span, "declared here"), Label(declared.pathway.span, "this pathway")),
                help="a step comes after a step of its own pathway; ask for the event instead: `when …`",
            )
        )
        return None
    return After(step=placed.name, condition=held, span=after.span)
