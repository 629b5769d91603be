"""From the parse tree to the syntax tree: tiers, actions, pathways, steps, bars, and changes of them."""

from dataclasses import dataclass

from fingerpost_dsl import syntax
from fingerpost_dsl.from_tree_expressions import anchor, in_tier, read_expression, selection, windows
from fingerpost_dsl.from_tree_values import for_each, quantity, value
from fingerpost_dsl.parse_tree import Branch, Node, Token
from fingerpost_dsl.source import Span
from fingerpost_dsl.tree import Clauses, Reader, is_branch, is_token


def _norm(r: Reader, node: Node) -> syntax.Norm:
    tree = is_branch(node)
    actor, modality, text = tree.children
    return syntax.Norm(
        actor=r.name(actor),
        modality=syntax.Modality(r.words(modality)),
        text=r.text(text),
        modality_span=r.span(modality),
        span=r.span(tree),
    )


def _expressions(r: Reader, clauses: Clauses, rule: str) -> tuple[syntax.Expression, ...]:
    return tuple(read_expression(r, clause.children[0]) for clause in clauses.all(rule))


def read_tier(r: Reader, tree: Branch) -> syntax.Tier:
    """`tier at_risk "…" continues all_pupils when …`."""
    name, title = tree.children[:2]
    clauses = Clauses(r, tree.children[2:])
    return syntax.Tier(
        name=r.declared(name),
        title=r.text(title),
        when=_expressions(r, clauses, "when"),
        continues=clauses.first("tier_continues", r.name),
        provisional_below=clauses.first("tier_provisional", lambda t: quantity(r, t)),
        left_when=clauses.first("tier_left", lambda t: read_expression(r, t)),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def _rule_clauses(r: Reader, clauses: Clauses, *, notes: bool = True) -> syntax.RuleClauses:
    return syntax.RuleClauses(
        with_roles=clauses.first("with_roles", r.names) or (),
        jointly_with=clauses.first("jointly_with", r.names) or (),
        usually_by=clauses.first("usually_by", r.name),
        in_tier=clauses.one("in_tier", lambda t: in_tier(r, t)),
        for_each=clauses.one("for_each", lambda t: for_each(r, t)),
        starts_here=clauses.has("starts_here"),
        after=tuple(_after(r, clause) for clause in clauses.all("after")),
        when=_expressions(r, clauses, "when"),
        unless=_expressions(r, clauses, "unless"),
        within=clauses.one("within", lambda t: _within(r, t)),
        by_date=clauses.one("by_date", lambda t: _by_date(r, t)),
        no_sooner=clauses.one("no_sooner", lambda t: _no_sooner(r, t)),
        expires=clauses.one("expires", lambda t: _expires(r, t)),
        every=clauses.one("every", lambda t: _every(r, t), "every_times"),
        stands_until_done=clauses.has("stands"),
        done_when=clauses.one("done_when", lambda t: _done_when(r, t)),
        ends_round=clauses.has("ends_round"),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        notes=clauses.notes() if notes else (),
    )


def _after(r: Reader, tree: Branch) -> syntax.After:
    step, *condition = tree.children
    return syntax.After(
        step=r.name(step),
        condition=read_expression(r, is_branch(condition[0]).children[0]) if condition else None,
        span=r.span(tree),
    )


def _within(r: Reader, tree: Branch) -> syntax.Within:
    length, *of = tree.children
    return syntax.Within(length=quantity(r, length), of=anchor(r, of[0]) if of else None, span=r.span(tree))


def _by_date(r: Reader, tree: Branch) -> syntax.ByDate:
    date = tree.children[0]
    return syntax.ByDate(
        date=r.date(date) if isinstance(date, Branch) else r.day_of_year(date), span=r.span(tree)
    )


def _no_sooner(r: Reader, tree: Branch) -> syntax.NoSooner:
    _, length, after = tree.children
    return syntax.NoSooner(length=quantity(r, length), after=anchor(r, after), span=r.span(tree))


def _expires(r: Reader, tree: Branch) -> syntax.Expires:
    length, *of = tree.children
    return syntax.Expires(length=quantity(r, length), of=anchor(r, of[0]) if of else None, span=r.span(tree))


def _every(r: Reader, tree: Branch) -> syntax.Every:
    *number, unit = tree.children
    count = r.whole_number(number[0]) if number else 1
    if count == 0:
        r.complain("E0117", "`0` times or lengths do not come round", r.span(number[0]), "write 1 or more")
        count = 1
    times = tree.data == "every_times"
    return syntax.Every(
        unit=r.unit(unit),
        length=1 if times else count,
        times=count if times else 1,
        span=r.span(tree),
    )


def _done_when(r: Reader, tree: Branch) -> syntax.DoneWhen:
    chosen, *rest = tree.children
    return syntax.DoneWhen(selection=selection(r, chosen), windows=windows(r, rest), span=r.span(tree))


def read_action(r: Reader, tree: Branch) -> syntax.Action:
    """`action formal_conversation "…" school should "…" …`."""
    name, title, norm = tree.children[:3]
    clauses = Clauses(r, tree.children[3:])
    return syntax.Action(
        name=r.declared(name),
        title=r.text(title),
        norm=_norm(r, norm),
        clauses=_rule_clauses(r, clauses),
        span=r.span(tree),
    )


def read_pathway(r: Reader, tree: Branch) -> syntax.Pathway:
    """`pathway legal_intervention "…" for each parent enforcement`."""
    name, title = tree.children[:2]
    clauses = Clauses(r, tree.children[2:])
    return syntax.Pathway(
        name=r.declared(name),
        title=r.text(title),
        for_each=clauses.one("for_each", lambda t: for_each(r, t)),
        in_tier=clauses.one("in_tier", lambda t: in_tier(r, t)),
        enforcement=clauses.has("enforcement"),
        when=_expressions(r, clauses, "when"),
        cites=clauses.cites(),
        notes=clauses.notes(),
        span=r.span(tree),
    )


def read_step(r: Reader, tree: Branch) -> syntax.Step:
    """`step improve of legal_intervention "…" school should "…" after consider …`."""
    name, pathway, title, norm = tree.children[:4]
    clauses = Clauses(r, tree.children[4:])
    return syntax.Step(
        name=r.declared(name),
        pathway=r.name(pathway),
        title=r.text(title),
        norm=_norm(r, norm),
        clauses=_rule_clauses(r, clauses),
        span=r.span(tree),
    )


def read_bar(r: Reader, tree: Branch) -> syntax.Bar:
    """`bar two_notices "…" stops second_notice when …`."""
    name, title, stops, when = tree.children[:4]
    clauses = Clauses(r, tree.children[4:])
    return syntax.Bar(
        name=r.declared(name),
        title=r.text(title),
        stops=r.names(stops),
        when=read_expression(r, is_branch(when).children[0]),
        for_each=clauses.one("for_each", lambda t: for_each(r, t)),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        notes=clauses.notes(),
        span=r.span(tree),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What every change has around what it changes: `because "…" note "…"`, and where it stands."""

    because: syntax.Text
    notes: tuple[syntax.Text, ...]
    span: Span


def read_change(r: Reader, tree: Branch) -> syntax.Change:
    """`change threshold at_risk_from to 4% because "…"` and the like."""
    changed, because, *notes = (is_branch(child) for child in tree.children)
    around = _Around(
        because=r.text(because.children[0]),
        notes=tuple(r.text(note.children[0]) for note in notes),
        span=r.span(tree),
    )
    match changed.data:
        case "change_threshold":
            return _change_threshold(r, changed, around)
        case "change_expression":
            return _change_expression(r, changed, around)
        case "change_tier":
            return _change_tier(r, changed, around)
        case "change_action":
            return _change_rule(r, changed, around)
        case "change_bar":
            return _change_bar(r, changed, around)
        case "change_codes":
            return _change_codes(r, changed, around)
        case _:
            raise AssertionError(changed.data)


def _change_threshold(r: Reader, tree: Branch, around: _Around) -> syntax.ChangeThreshold:
    name, new, *rest = tree.children
    clauses = Clauses(r, rest)
    return syntax.ChangeThreshold(
        name=r.name(name),
        value=value(r, new),
        open=clauses.one("threshold_open", lambda t: read_open(r, t)),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        because=around.because,
        notes=clauses.notes() + around.notes,
        span=around.span,
    )


def _change_expression(r: Reader, tree: Branch, around: _Around) -> syntax.ChangeExpression:
    kind, name, new = tree.children
    return syntax.ChangeExpression(
        kind=_kind(kind),
        name=r.name(name),
        value=read_expression(r, new),
        because=around.because,
        notes=around.notes,
        span=around.span,
    )


def _change_tier(r: Reader, tree: Branch, around: _Around) -> syntax.ChangeTier:
    name, *rest = tree.children
    clauses = Clauses(r, rest)
    return syntax.ChangeTier(
        name=r.name(name),
        when=_expressions(r, clauses, "when"),
        continues=clauses.first("tier_continues", r.name),
        provisional_below=clauses.first("tier_provisional", lambda t: quantity(r, t)),
        left_when=clauses.first("tier_left", lambda t: read_expression(r, t)),
        cites=clauses.cites(),
        ours=clauses.first("ours", r.text),
        because=around.because,
        notes=clauses.notes() + around.notes,
        span=around.span,
    )


def _change_rule(r: Reader, tree: Branch, around: _Around) -> syntax.ChangeRule:
    kind, name, *rest = tree.children
    norm = is_branch(rest[0])
    clauses = Clauses(r, rest)
    return syntax.ChangeRule(
        kind=_kind(kind),
        name=r.name(name),
        norm=_norm(r, norm) if norm.data == "norm" else None,
        clauses=_rule_clauses(r, clauses, notes=False),
        because=around.because,
        notes=clauses.notes() + around.notes,
        span=around.span,
    )


def _change_bar(r: Reader, tree: Branch, around: _Around) -> syntax.ChangeBar:
    name, when = tree.children
    return syntax.ChangeBar(
        name=r.name(name),
        when=read_expression(r, is_branch(when).children[0]),
        because=around.because,
        notes=around.notes,
        span=around.span,
    )


def _change_codes(r: Reader, tree: Branch, around: _Around) -> syntax.ChangeCodes:
    name, members, *without = tree.children
    return syntax.ChangeCodes(
        name=r.name(name),
        members=r.members(members),
        without=r.members(is_branch(without[0]).children[0]) if without else (),
        because=around.because,
        notes=around.notes,
        span=around.span,
    )


def read_open(r: Reader, tree: Branch) -> syntax.Open:
    """`open`, `open from 2% to 9%`."""
    bounds = [value(r, child) for child in tree.children]
    lowest, highest = bounds or (None, None)
    return syntax.Open(lowest=lowest, highest=highest, span=r.span(tree))


def _kind(node: Node) -> syntax.DeclarationKind:
    return syntax.DeclarationKind(is_token(node))


def read_remove(r: Reader, tree: Branch) -> syntax.Remove:
    """`remove action targeting_support_meeting because "…"`."""
    kind, name, because = tree.children
    assert isinstance(kind, Token)
    return syntax.Remove(
        kind=_kind(kind),
        name=r.dotted(name),
        because=r.text(is_branch(because).children[0]),
        span=r.span(tree),
    )
