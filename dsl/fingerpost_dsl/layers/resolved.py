"""A policy as it stands after all layers, as one text in the canonical layout.

Before each declaration a comment says where it comes from and who changed it, why, and to what effect. The
text is a policy by itself, which extends nothing and means the same.

A changed declaration is put together from the clauses that people wrote: those of the declaration, with those
of each change in the place of what they replace, as merging does with the syntax trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from fingerpost_dsl.format import format_source
from fingerpost_dsl.model import declarations as d
from fingerpost_dsl.model.policy import Change, Effect, Policy, PolicyId
from fingerpost_dsl.parse_tree import Token
from fingerpost_dsl.recogniser import Recognised, recognise
from fingerpost_dsl.scan import scan
from fingerpost_dsl.source import SourceText, Span
from fingerpost_dsl.spellings import policy_text_of
from fingerpost_dsl.units_of_layout import Unit, blocks_of

_Declared = (
    d.Source
    | d.Passage
    | d.Role
    | d.CodeSet
    | d.Occasion
    | d.Fact
    | d.Event
    | d.Threshold
    | d.Measure
    | d.NamedCondition
    | d.Tier
    | d.Cohort
    | d.Rule
    | d.Pathway
    | d.Bar
)

_VALUE_HEADS = frozenset({"threshold", "codes"})
_EXPRESSION_HEADS = frozenset({"measure", "condition", "cohort"})
_OF_THE_CHANGE_ITSELF = frozenset({"BECAUSE"})
_WITHOUT_MEANING = {True: frozenset({"WITHIN", "BY"}), False: frozenset({"EXPIRES"})}
"""The clauses that go with a change of modality: what may be done is never due, and nothing else expires."""
_OF_THE_LAYER = frozenset({"EXTENDS", "BINDS"})


def resolved_text(policy: Policy, shorten: Callable[[str], str] = str) -> str:
    """The whole policy with the origin of each declaration; `shorten` says how a file is called."""
    pieces = [*_head(policy, shorten), *_codes(policy, shorten)]
    for name, declared in _declarations(policy):
        changes = policy.changes_of(name)
        pieces += ["", f"-- {policy.origins[name]} · {_place(declared.span, shorten)}"]
        pieces += [line for change in changes for line in _told(change, shorten)]
        pieces.append(_with_changes(policy_text_of(declared.span), changes))
    removed = [change for change in policy.changes if change.removed]
    if removed:
        pieces += ["", "-- Removed", ""]
        pieces += [line for change in removed for line in _told(change, shorten)]
    return format_source(SourceText(str(policy.header.id), "\n".join(pieces) + "\n"))[0]


def _head(policy: Policy, shorten: Callable[[str], str]) -> Iterator[str]:
    yield f"-- {policy.header.id}, with all that it extends. The origin of each declaration stands before it."
    yield from (
        f"-- over {layer.id} · {_place(layer.span, shorten)}" for layer in reversed(policy.layers[:-1])
    )
    yield ""
    yield f"-- {policy.header.id} · {_place(policy.header.span, shorten)}"
    kept = [
        unit
        for unit in _units(policy_text_of(policy.header.span))
        if unit.tokens[0].type not in _OF_THE_LAYER
    ]
    yield _joined(kept)


def _codes(policy: Policy, shorten: Callable[[str], str]) -> Iterator[str]:
    """The codes, which have no name of their own: the lowest layer's, under one comment a file."""
    last = ""
    for code in policy.codes:
        if code.span.file != last:
            last = code.span.file
            yield from ("", f"-- {policy.layers[0].id} · {_place(code.span, shorten)} and after", "")
        yield policy_text_of(code.span)


def _place(span: Span, shorten: Callable[[str], str]) -> str:
    return f"{shorten(span.file)}:{span.line}"


def _told(change: Change, shorten: Callable[[str], str]) -> Iterator[str]:
    """Who changed it, where, how strongly, and why."""
    where = f"{change.by} · {_place(change.span, shorten)}"
    effect = "" if change.effect is Effect.OTHER else f", {change.effect.value}"
    what = f"removed: {change.kind} {change.name}" if change.removed else "changed"
    if change.clauses == ("bar",):
        what = "barred"
    yield f"-- {what} by {where}{effect}"
    yield f"--   because {' '.join(change.because.split())}"


def _declarations(policy: Policy) -> Iterator[tuple[str, _Declared]]:
    """Every declaration, each layer's in the order of its files, the lowest layer first."""
    mappings: tuple[Mapping[str, _Declared], ...] = (
        policy.sources,
        policy.passages,
        policy.roles,
        policy.code_sets,
        policy.occasions,
        policy.facts,
        policy.events,
        policy.thresholds,
        policy.measures,
        policy.conditions,
        policy.tiers,
        policy.cohorts,
        policy.actions,
        policy.pathways,
        policy.steps,
        policy.bars,
    )
    declared = dict(chain.from_iterable(mapping.items() for mapping in mappings))
    layers: dict[PolicyId, int] = {layer.id: place for place, layer in enumerate(policy.layers)}
    names = sorted(policy.origins, key=lambda name: layers[policy.origins[name]])
    yield from ((name, declared[name]) for name in names)


# --- putting a changed declaration together -------------------------------------------------------


def _with_changes(text: str, changes: tuple[Change, ...]) -> str:
    """A declaration's text, with what each change puts in the place of its clauses."""
    made = [change for change in changes if not change.removed and change.clauses != ("bar",)]
    if not made:
        return text
    units = _units(text)
    for change in made:
        units = _changed(units, _units(policy_text_of(change.span)))
    return _joined(units)


def _changed(units: list[Unit], change: list[Unit]) -> list[Unit]:
    """The clauses of a declaration with those of a change put in."""
    head, *own = units
    new_head, *given = change
    keyword = str(head.tokens[0])
    because = next(place for place, unit in enumerate(given) if unit.tokens[0].type in _OF_THE_CHANGE_ITSELF)
    given = given[:because]
    value = _value_of(new_head)
    if keyword in _VALUE_HEADS:
        head = _unit([*head.tokens[:3], Token("EQUAL", "=", 0), *value], head.rank)
    elif keyword in _EXPRESSION_HEADS:
        own = [unit for unit in own if unit.tokens[0].type != "EQUAL"]
        own.insert(0, _unit([Token("EQUAL", "=", 0), *value], 0))
    given = [unit for unit in given if unit.tokens[0].type != "NOTE"]  # the change's own
    modality = next((token for unit in given for token in unit.tokens[1:2] if token.type == "MODALITY"), None)
    if modality is not None:
        own = [unit for unit in own if unit.tokens[0].type not in _WITHOUT_MEANING[modality == "may"]]
    replaced = {_sort(unit) for unit in given}
    return [head, *(unit for unit in own if _sort(unit) not in replaced), *given]


def _value_of(head: Unit) -> list[Token]:
    """What stands after `to` in `change threshold NAME to …`."""
    return head.tokens[4:]


def _sort(unit: Unit) -> object:
    """Which clause it is: every sort has a place of its own, and `every` has two spellings."""
    first = unit.tokens[0].type
    return (
        "every" if any(token.type == "EVERY" for token in unit.tokens[:3]) and first != "WHEN" else unit.rank
    )


def _unit(tokens: list[Token], rank: int) -> Unit:
    return Unit(start=0, rank=rank, tokens=tokens)


def _units(text: str) -> list[Unit]:
    """The head and the clauses of one declaration, or of a change; its comments are left out."""
    plain = scan(SourceText("", text), most=0).text
    outcome = recognise(plain)
    assert isinstance(outcome, Recognised)
    blocks, _ = blocks_of(plain, outcome, [])
    return blocks[0].units


def _joined(units: list[Unit]) -> str:
    """The text of a declaration, its clauses in the canonical order."""
    return "\n  ".join(" ".join(unit.tokens) for unit in sorted(units, key=lambda unit: unit.rank))
