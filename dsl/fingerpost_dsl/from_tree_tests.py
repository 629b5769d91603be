"""From the parse tree to the syntax tree: tests in the language."""

from collections.abc import Callable

from fingerpost_dsl import syntax
from fingerpost_dsl.from_tree_values import literal, value
from fingerpost_dsl.parse_tree import Branch, Node, Token
from fingerpost_dsl.tree import Clauses, Reader, is_branch, is_token


def read_test(r: Reader, tree: Branch) -> syntax.Test:
    """`test "…"` and its clauses."""
    title, *rest = tree.children
    clauses = Clauses(r, rest)
    return syntax.Test(
        title=r.text(title),
        calendar=clauses.first("test_calendar", r.text),
        settings=tuple(_SETTINGS[str(clause.data)](r, clause) for clause in clauses.all(*_SETTINGS)),
        on=clauses.first("test_on", r.date),
        known_on=clauses.first("test_known_on", r.date),
        expectations=tuple(
            _expect(r, clause) if clause.data == "test_expect" else _expect_measure(r, clause)
            for clause in clauses.all("test_expect", "test_expect_measure")
        ),
        span=r.span(tree),
    )


def _pupil(r: Reader, tree: Branch) -> syntax.TestPupil:
    tokens = [child for child in tree.children if isinstance(child, Token)]
    names = [token for token in tokens if token.type == "STRING"]
    year = next((token for token in tokens if token.type == "INT"), None)
    clauses = Clauses(r, tree.children)
    return syntax.TestPupil(
        pupil=r.text(names[0]) if names else None,
        last=r.text(names[1]) if len(names) > 1 else None,
        year=None if year is None else r.whole_number(year),
        born=clauses.one("date", r.date),
        parents=clauses.one("test_parents", lambda t: tuple(r.text(child) for child in t.children)) or (),
        school=clauses.first("test_at_school", r.text),
        family=clauses.first("test_of_family", r.text),
        span=r.span(tree),
    )


def _on_roll(r: Reader, tree: Branch) -> syntax.OnRoll:
    first, *last = tree.children
    return syntax.OnRoll(
        first=r.date(first),
        last=r.date(is_branch(last[0]).children[0]) if last else None,
        span=r.span(tree),
    )


def _closed(r: Reader, tree: Branch) -> syntax.Closed:
    first, last = r.date(tree.children[0]), r.date(tree.children[-1])
    return syntax.Closed(first=first, last=last, span=r.span(tree))


def _school(r: Reader, tree: Branch) -> syntax.TestSchool:
    school, *phase = tree.children
    return syntax.TestSchool(
        school=r.text(school), phase=r.name(phase[0]) if phase else None, span=r.span(tree)
    )


def _dates(r: Reader, node: Node) -> syntax.Dates:
    tree = is_branch(node)
    first = r.date(tree.children[0])
    if tree.data == "test_from_to":
        return syntax.Dates(first=first, last=r.date(tree.children[1]), span=r.span(tree))
    half_day = syntax.HalfDay(is_token(tree.children[1])) if len(tree.children) > 1 else None
    return syntax.Dates(first=first, last=first, half_day=half_day, span=r.span(tree))


def _recorded(r: Reader, rest: list[Node]) -> syntax.Date | None:
    return Clauses(r, rest).first("test_recorded", r.date)


def _marked(r: Reader, tree: Branch) -> syntax.Marked:
    code, dates, *rest = tree.children
    return syntax.Marked(
        code=r.text(code), dates=_dates(r, dates), recorded=_recorded(r, rest), span=r.span(tree)
    )


def _marks_string(r: Reader, tree: Branch) -> syntax.MarksString:
    marks, first, *rest = tree.children
    return syntax.MarksString(
        marks=r.text(marks), first=r.date(first), recorded=_recorded(r, rest), span=r.span(tree)
    )


def _literal_or_text(r: Reader, node: Node) -> syntax.Literal | syntax.Text:
    return literal(r, node) if isinstance(node, Branch) else r.text(node)


def _details(r: Reader, rest: list[Node]) -> syntax.GivenDetails:
    clauses = Clauses(r, rest)
    return syntax.GivenDetails(
        first=clauses.first("test_given_from", r.date),
        last=clauses.first("test_until", r.date),
        whose=clauses.one("test_for", lambda t: _whose(r, t)),
        recorded=clauses.first("test_recorded", r.date),
        by=clauses.first("test_by", r.name),
        fields=tuple(
            _field_value(r, is_branch(field))
            for clause in clauses.all("test_with")
            for field in clause.children
        ),
        relying=tuple(_relying(r, clause) for clause in clauses.all("test_relying")),
    )


def _whose(r: Reader, tree: Branch) -> syntax.Whose:
    subject, identifier = tree.children
    return syntax.Whose(subject=r.subject(subject), id=r.text(identifier), span=r.span(tree))


def _field_value(r: Reader, tree: Branch) -> syntax.FieldValue:
    name, given, *_ = tree.children
    return syntax.FieldValue(
        name=r.name(name),
        value=_literal_or_text(r, given),
        since=Clauses(r, tree.children).first("test_since", r.date),
        span=r.span(tree),
    )


def _relying(r: Reader, tree: Branch) -> syntax.Relying:
    first, last = tree.children
    return syntax.Relying(first=r.date(first), last=r.date(last), span=r.span(tree))


def _given_fact(r: Reader, tree: Branch) -> syntax.GivenFact:
    fact, given, *rest = tree.children
    return syntax.GivenFact(
        fact=r.name(fact),
        value=_literal_or_text(r, given),
        details=_details(r, rest),
        span=r.span(tree),
    )


def _given_event(r: Reader, tree: Branch) -> syntax.GivenEvent:
    event, date, *rest = tree.children
    return syntax.GivenEvent(
        event=r.name(event), date=r.date(date), details=_details(r, rest), span=r.span(tree)
    )


def _expect(r: Reader, tree: Branch) -> syntax.Expect:
    *expected, kind, name = (child for child in tree.children if isinstance(child, Token))
    clauses = Clauses(r, tree.children)
    return syntax.Expect(
        expected=syntax.Expected(expected[0]) if expected else None,
        kind=syntax.ExpectedKind(kind),
        name=r.name(name),
        due=clauses.first("test_due", r.date),
        whose=clauses.one("test_for", lambda t: _whose(r, t)),
        triggered=clauses.first("test_triggered", r.date),
        occasion=clauses.first("test_occasion", r.date),
        asked=clauses.one("test_as", lambda t: _asked(r, t)),
        span=r.span(tree),
    )


def _asked(r: Reader, tree: Branch) -> syntax.Asked:
    actor, modality, *text = tree.children
    return syntax.Asked(
        actor=r.name(actor),
        modality=syntax.Modality(r.words(modality)),
        text=r.text(text[0]) if text else None,
        span=r.span(tree),
    )


def _expect_measure(r: Reader, tree: Branch) -> syntax.ExpectMeasure:
    name, expected, *rest = tree.children
    return syntax.ExpectMeasure(
        name=r.name(name),
        value=_expected_value(r, is_branch(expected)),
        whose=Clauses(r, rest).one("test_for", lambda t: _whose(r, t)),
        span=r.span(tree),
    )


def _expected_value(r: Reader, tree: Branch) -> syntax.Value | syntax.UnknownValue | syntax.NotApplicable:
    match tree.data:
        case "expect_unknown":
            return syntax.UnknownValue(span=r.span(tree))
        case "expect_not_applicable":
            return syntax.NotApplicable(span=r.span(tree))
        case _:
            return value(r, tree)


_SETTINGS: dict[str, Callable[[Reader, Branch], syntax.Setting]] = {
    "test_pupil": _pupil,
    "test_on_roll": _on_roll,
    "test_closed": _closed,
    "test_school": _school,
    "test_present": lambda r, tree: syntax.Present(dates=_dates(r, tree.children[0]), span=r.span(tree)),
    "test_marked": _marked,
    "test_marks": _marks_string,
    "test_unmarked": lambda r, tree: syntax.Unmarked(dates=_dates(r, tree.children[0]), span=r.span(tree)),
    "test_given_fact": _given_fact,
    "test_given_event": _given_event,
    "test_given_none": lambda r, tree: syntax.GivenNone(event=r.name(tree.children[0]), span=r.span(tree)),
}
