"""Marks: a built-in set, a declared one, or one code, as the kinds and codes that it holds."""

from __future__ import annotations

from collections.abc import Sequence

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.model.expressions import CodeKind, MarkSet
from fingerpost_dsl.names import Kind
from fingerpost_dsl.operators import BUILT_IN_SETS, UNMARKED

_DEEPEST = 50
"""How many sets of codes may lie inside one another."""


def mark_set(marks: syntax.Marks, scope: Scope, *, or_none: bool = False) -> MarkSet | None:
    """What `unauthorised`, `holiday` or `"G"` holds.

    `or_none`: `unmarked`, the sessions without a mark, may be meant too; elsewhere that is an error.
    """
    if isinstance(marks, syntax.Text):
        if not known_code(marks, scope):
            return None
        return MarkSet(name=marks.text, codes=frozenset({marks.text}))
    if marks.text == UNMARKED:
        if or_none:
            return MarkSet(name=UNMARKED, unmarked=True)
        only_counted(marks, scope)
        return None
    if marks.text in BUILT_IN_SETS:
        return MarkSet(name=marks.text, kinds=BUILT_IN_SETS[marks.text])
    placed = scope.find(marks, Kind.CODES)
    if placed is None or not isinstance(placed.declaration, syntax.Codes):
        return None
    return declared_set(placed.declaration, scope)


def only_counted(marks: syntax.Name, scope: Scope) -> None:
    """Reports that `unmarked` stands where marks are wanted."""
    scope.report(
        Diagnostic(
            code="E0325",
            message=f"`{UNMARKED}` is no set of marks but the sessions without one",
            span=marks.span,
            help=f"write `count of {UNMARKED} …` or `share of {UNMARKED} …`",
        )
    )


def declared_set(codes: syntax.Codes, scope: Scope, within: tuple[str, ...] = ()) -> MarkSet | None:
    """What a `codes` declaration holds, sets inside it opened up."""
    known = scope.book.code_sets
    name = codes.name.text
    if name not in known:
        if name in within:
            circle = (*within[within.index(name) :], name)
            told = f"these sets go round in a circle: {' → '.join(f'`{one}`' for one in circle)}"
            advice = "leave one of them out of another"
            scope.report(Diagnostic(code="E0501", message=told, span=codes.name.span, help=advice))
            return None
        if len(within) > _DEEPEST:
            told = f"`{name}` lies in a set in a set, {len(within)} deep"
            advice = "name the codes to put in or to take out one by one"
            scope.report(Diagnostic(code="E0537", message=told, span=codes.name.span, help=advice))
            return None
        known[name] = _worked_out(codes, scope, (*within, name))
    return known[name]


def _worked_out(codes: syntax.Codes, scope: Scope, within: tuple[str, ...]) -> MarkSet | None:
    name = codes.name.text
    members = _opened(codes.members, scope, within)
    without = _opened(codes.without, scope, within)
    if members is None or without is None:
        return None
    union = _union(members)
    taken = _union(without)
    found = None if union is None or taken is None else _difference(name, union, taken, scope)
    if found is None:
        scope.report(
            Diagnostic(
                code="E0214",
                message=f"what `{name}` holds cannot be told: it mixes sets with something taken out",
                span=codes.name.span,
                help="name the codes to put in or to take out one by one",
            )
        )
    return found


def known_code(code: syntax.Text, scope: Scope) -> bool:
    """Whether a code is declared; if not, that is reported."""
    if code.text in scope.book.codes:
        return True
    close = next((known for known in scope.book.codes if known.casefold() == code.text.casefold()), None)
    scope.report(
        Diagnostic(
            code="E0205",
            message=f'no code `"{code.text}"` is declared',
            span=code.span,
            help=f'did you mean `"{close}"`?'
            if close
            else f'declare it: `code "{code.text}" "…" authorised absence`',
        )
    )
    return False


def _opened(marks: Sequence[syntax.Marks], scope: Scope, within: tuple[str, ...]) -> list[MarkSet] | None:
    """Each member as marks; None if one of them has an error."""
    parts = [_member(one, scope, within) for one in marks]
    known = [part for part in parts if part is not None]
    return known if len(known) == len(parts) else None


def _member(marks: syntax.Marks, scope: Scope, within: tuple[str, ...]) -> MarkSet | None:
    if isinstance(marks, syntax.Text) or marks.text in BUILT_IN_SETS:
        return mark_set(marks, scope)
    placed = scope.find(marks, Kind.CODES)
    if placed is None or not isinstance(placed.declaration, syntax.Codes):
        return None
    return declared_set(placed.declaration, scope, within)


def _union(parts: Sequence[MarkSet]) -> MarkSet | None:
    """All parts together; None where one part takes a code out that another may hold through its kind."""
    if any(part.without for part in parts) and sum(bool(part.kinds) for part in parts) > 1:
        return None
    codes = frozenset[str]().union(*(part.codes for part in parts))
    return MarkSet(
        name="",
        kinds=frozenset[CodeKind]().union(*(part.kinds for part in parts)),
        codes=codes,
        without=frozenset[str]().union(*(part.without for part in parts)) - codes,
    )


def _difference(name: str, members: MarkSet, taken: MarkSet, scope: Scope) -> MarkSet | None:
    """`absent except "I"`, `absent except unauthorised`.

    None where a code is of a kind taken out at some times only.
    """
    if taken.without:
        return None
    stay = set[str]()
    for code in members.codes - taken.codes:
        kinds = scope.book.codes[code]
        if not kinds & taken.kinds:
            stay.add(code)
        elif kinds - taken.kinds:
            return None
    return MarkSet(
        name=name,
        kinds=members.kinds - taken.kinds,
        codes=frozenset(stay),
        without=members.without | (taken.codes if members.kinds else frozenset()),
    )
