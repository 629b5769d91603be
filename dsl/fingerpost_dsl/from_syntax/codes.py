"""The codes of the register: each with its kind, in periods that do not overlap."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.dates import date_of, ordered
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.texts import texts
from fingerpost_dsl.model.declarations import Code
from fingerpost_dsl.model.expressions import CodeKind


def kinds_of_codes(declared: Sequence[syntax.Code]) -> Mapping[str, frozenset[CodeKind]]:
    """Each code with the kinds that it has had."""
    kinds: defaultdict[str, set[CodeKind]] = defaultdict(set)
    for one in declared:
        kinds[one.code.text].add(CodeKind(one.kind.value))
    return {code: frozenset(held) for code, held in kinds.items()}


def codes(declared: Sequence[syntax.Code], scope: Scope) -> tuple[Code, ...]:
    """Every declared code; two periods of one code that overlap are reported."""
    found: list[Code] = []
    earlier: defaultdict[str, list[tuple[Code, syntax.Code]]] = defaultdict(list)
    for one in declared:
        if one.first is not None and not ordered(one.first, one.last, scope):
            continue
        code = Code(
            code=one.code.text,
            title=one.title.text,
            kind=CodeKind(one.kind.value),
            valid_from=date_of(one.first),
            valid_until=date_of(one.last),
            notes=texts(one.notes),
            span=one.span,
        )
        clash = next((written for other, written in earlier[code.code] if _overlap(code, other)), None)
        if clash is None:
            found.append(code)
            earlier[code.code].append((code, one))
        else:
            scope.report(
                Diagnostic(
                    code="E0211",
                    message=f'code "{code.code}" is declared twice for the same time',
                    span=one.code.span,
                    labels=(Label(clash.code.span, "also here"),),
                    help="give each a period: `until …` for the earlier one, `from …` for the later one",
                )
            )
    return tuple(found)


def _overlap(one: Code, other: Code) -> bool:
    return _first(one) <= _last(other) and _first(other) <= _last(one)


def _first(code: Code) -> dt.date:
    return code.valid_from or dt.date.min


def _last(code: Code) -> dt.date:
    return code.valid_until or dt.date.max
