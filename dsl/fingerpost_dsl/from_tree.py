"""From lark's parse tree to the syntax tree: declarations.

One function a declaration. Lark drops the words that the grammar writes out, so a rule's children are its
names, values and sub-rules in order; clauses are grouped by their rule's name, whatever their order. What the
grammar cannot say is said here: a clause given twice, a date that does not exist, a reserved word as a name.
"""

from collections.abc import Callable

from fingerpost_dsl import syntax
from fingerpost_dsl.from_tree_expressions import read_expression
from fingerpost_dsl.from_tree_rules import (
    read_action,
    read_bar,
    read_change,
    read_open,
    read_pathway,
    read_remove,
    read_step,
    read_tier,
)
from fingerpost_dsl.from_tree_tests import read_test
from fingerpost_dsl.from_tree_values import for_each, quantity, value
from fingerpost_dsl.parse_tree import Branch
from fingerpost_dsl.tree import Clauses, Reader, is_branch


def read_declaration(r: Reader, tree: Branch) -> syntax.Declaration:
    """The declaration that this tree stands for."""
    return _READERS[str(tree.data)](r, tree)


def _policy(r: Reader, tree: Branch) -> syntax.Policy:
    name, title = tree.children[:2]
    clauses = Clauses(r, tree.children[2:])
    return syntax.Policy(
        name=r.dotted(name),
        title=r.text(title),
        version=clauses.first("policy_version", r.version),
        language=clauses.first("policy_language", r.whole_number),
        status=clauses.first("policy_status", r.text),
        extends=clauses.one("policy_extends", lambda t: _extends(r, t)),
        by=clauses.first("policy_by", r.name),
        binds=clauses.first("policy_open_roles", r.names) or (),
        in_force=clauses.one("policy_in_force", lambda t: _in_force(r, t)),
        supersedes=clauses.first("policy_supersedes", r.version),
        last_checked=clauses.first("policy_last_checked", r.date),
        span=r.span(tree),
    )


def _extends(r: Reader, tree: Branch) -> syntax.Extends:
    policy, version = tree.children
    return syntax.Extends(policy=r.dotted(policy), version=r.version(version), span=r.span(tree))


def _in_force(r: Reader, tree: Branch) -> syntax.InForce:
    first, *last = tree.children
    return syntax.InForce(first=r.date(first), last=r.date(last[0]) if last else None, span=r.span(tree))


def _source(r: Reader, tree: Branch) -> syntax.Source:
    name, title = tree.children[:2]
    clauses = Clauses(r, tree.children[2:])
    return syntax.Source(
        name=r.declared(name),
        title=r.text(title),
        weight=clauses.first("source_weight", lambda t: syntax.Weight(r.words(t))),
        publisher=clauses.first("source_publisher", r.text),
        published=clauses.first("source_published", r.date),
        url=clauses.first("source_url", r.text),
        secondary=clauses.first("source_secondary", r.text),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _passage(r: Reader, tree: Branch) -> syntax.Passage:
    name, title = tree.children[:2]
    clauses = Clauses(r, tree.children[2:])
    return syntax.Passage(name=r.dotted(name), title=r.text(title), notes=clauses.notes(), span=r.span(tree))


def _role(r: Reader, tree: Branch) -> syntax.Role:
    name, title = tree.children[:2]
    clauses = Clauses(r, tree.children[2:])
    return syntax.Role(
        name=r.declared(name),
        title=r.text(title),
        part_of=clauses.first("role_part_of", r.name),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _code(r: Reader, tree: Branch) -> syntax.Code:
    code, title, kind = tree.children[:3]
    clauses = Clauses(r, tree.children[3:])
    return syntax.Code(
        code=r.text(code),
        title=r.text(title),
        kind=syntax.CodeKind(r.words(kind)),
        first=clauses.one("date", r.date),
        last=clauses.first("code_until", r.date),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _codes(r: Reader, tree: Branch) -> syntax.Codes:
    name, title, members = tree.children[:3]
    clauses = Clauses(r, tree.children[3:])
    return syntax.Codes(
        name=r.declared(name),
        title=r.text(title),
        members=r.members(members),
        without=clauses.first("codes_except", r.members) or (),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _occasion(r: Reader, tree: Branch) -> syntax.Occasion:
    name, title, marks = tree.children[:3]
    clauses = Clauses(r, tree.children[3:])
    return syntax.Occasion(
        name=r.declared(name),
        title=r.text(title),
        marks=r.marks(marks),
        least=clauses.one("quantity", lambda t: quantity(r, t)),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _type(r: Reader, tree: Branch) -> syntax.FactType:
    span = r.span(tree)
    match tree.data:
        case "type_yes_no":
            return syntax.YesNoType(span=span)
        case "type_one_of":
            return syntax.OneOfType(options=r.names(tree.children[0]), span=span)
        case "type_number":
            unit = r.unit(tree.children[0]) if tree.children else None
            return syntax.NumberType(unit=unit, span=span)
        case "type_date":
            return syntax.DateType(span=span)
        case "type_text":
            return syntax.TextType(span=span)
        case "type_money":
            return syntax.MoneyType(span=span)
        case _:
            raise AssertionError(tree.data)


def _fact(r: Reader, tree: Branch) -> syntax.Fact:
    name, title, type_ = tree.children[:3]
    clauses = Clauses(r, tree.children[3:])
    return syntax.Fact(
        name=r.declared(name),
        title=r.text(title),
        type=_type(r, is_branch(type_)),
        for_each=clauses.one("for_each", lambda t: for_each(r, t)),
        of=clauses.first("of_subject", r.subject),
        judged_by=clauses.first("judged_by", r.names) or (),
        sensitive=clauses.has("sensitive"),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _event(r: Reader, tree: Branch) -> syntax.Event:
    name, title = tree.children[:2]
    clauses = Clauses(r, tree.children[2:])
    return syntax.Event(
        name=r.declared(name),
        title=r.text(title),
        for_each=clauses.one("for_each", lambda t: for_each(r, t)),
        of=clauses.first("of_subject", r.subject),
        fields=tuple(_event_field(r, field) for field in clauses.all("event_field")),
        lasts=clauses.one("event_lasts", lambda t: _lasts(r, t)),
        relies_on_marks=clauses.has("event_relies"),
        sensitive=clauses.has("sensitive"),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _event_field(r: Reader, tree: Branch) -> syntax.EventField:
    name, type_ = tree.children
    return syntax.EventField(name=r.name(name), type=_type(r, is_branch(type_)), span=r.span(tree))


def _lasts(r: Reader, tree: Branch) -> syntax.Lasts:
    shortest, longest = tree.children
    return syntax.Lasts(shortest=quantity(r, shortest), longest=quantity(r, longest), span=r.span(tree))


def _threshold(r: Reader, tree: Branch) -> syntax.Threshold:
    name, title, given = tree.children[:3]
    given = is_branch(given)
    clauses = Clauses(r, tree.children[3:])
    return syntax.Threshold(
        name=r.declared(name),
        title=r.text(title),
        value=value(r, given.children[0]) if given.data == "threshold_value" else None,
        unit=r.unit(given.children[0]) if given.data == "threshold_unit" else None,
        open=clauses.one("threshold_open", lambda t: read_open(r, t)),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _measure(r: Reader, tree: Branch) -> syntax.Measure:
    name, title, expression = tree.children[:3]
    clauses = Clauses(r, tree.children[3:])
    return syntax.Measure(
        name=r.declared(name),
        title=r.text(title),
        value=read_expression(r, expression),
        for_each=clauses.one("for_each", lambda t: for_each(r, t)),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _condition(r: Reader, tree: Branch) -> syntax.Condition:
    name, title, expression = tree.children[:3]
    clauses = Clauses(r, tree.children[3:])
    return syntax.Condition(
        name=r.declared(name),
        title=r.text(title),
        value=read_expression(r, expression),
        for_each=clauses.one("for_each", lambda t: for_each(r, t)),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _cohort(r: Reader, tree: Branch) -> syntax.Cohort:
    name, title, expression = tree.children[:3]
    clauses = Clauses(r, tree.children[3:])
    return syntax.Cohort(
        name=r.declared(name),
        title=r.text(title),
        value=read_expression(r, expression),
        least_size=clauses.first("cohort_least", r.number_or_name),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        notes=clauses.notes(),
        span=r.span(tree),
    )


_READERS: dict[str, Callable[[Reader, Branch], syntax.Declaration]] = {
    "policy": _policy,
    "source": _source,
    "passage": _passage,
    "role": _role,
    "code": _code,
    "codes": _codes,
    "occasion": _occasion,
    "fact": _fact,
    "event": _event,
    "threshold": _threshold,
    "measure": _measure,
    "condition": _condition,
    "cohort": _cohort,
    "tier": read_tier,
    "action": read_action,
    "pathway": read_pathway,
    "step": read_step,
    "bar": read_bar,
    "change": read_change,
    "remove": read_remove,
    "test": read_test,
}
