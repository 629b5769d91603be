"""From the parse tree to the syntax tree: expressions, selections and windows."""

from collections.abc import Callable

from fingerpost_dsl import syntax
from fingerpost_dsl.from_tree_values import literal, quantity, value
from fingerpost_dsl.parse_tree import Branch, Node, Token
from fingerpost_dsl.tree import Reader, is_branch, is_token

_COMPARISONS = {
    "at_least": syntax.Comparison.AT_LEAST,
    "at_most": syntax.Comparison.AT_MOST,
    "more_than": syntax.Comparison.MORE_THAN,
    "less_than": syntax.Comparison.LESS_THAN,
}


def read_expression(r: Reader, node: Node) -> syntax.Expression:
    """A condition or a quantity; which of the two, the checker finds out."""
    tree = is_branch(node)
    reader = _READERS.get(str(tree.data))
    return reader(r, tree) if reader else value(r, tree)


def _all(r: Reader, tree: Branch) -> tuple[syntax.Expression, ...]:
    return tuple(read_expression(r, child) for child in tree.children)


def _compare(r: Reader, tree: Branch) -> syntax.Compare:
    left, comparison, right = tree.children
    return syntax.Compare(
        left=read_expression(r, left),
        comparison=_COMPARISONS[str(is_branch(comparison).data)],
        right=read_expression(r, right),
        span=r.span(tree),
    )


def _is(r: Reader, tree: Branch) -> syntax.Is:
    operand, right = tree.children
    return syntax.Is(
        operand=read_expression(r, operand),
        value=literal(r, right),
        negated=tree.data == "is_not",
        span=r.span(tree),
    )


def _sum(r: Reader, tree: Branch) -> syntax.Sum:
    first, *rest = tree.children
    terms = tuple(
        syntax.Term(
            operator=syntax.SumOperator(is_token(operator)),
            operand=read_expression(r, operand),
            span=r.span(operator).to(r.span(operand)),
        )
        for operator, operand in zip(rest[::2], rest[1::2], strict=True)
    )
    return syntax.Sum(first=read_expression(r, first), rest=terms, span=r.span(tree))


def _product(r: Reader, tree: Branch) -> syntax.Product:
    first, *rest = tree.children
    factors = tuple(
        syntax.Factor(
            operator=syntax.ProductOperator(is_token(operator)),
            operand=read_expression(r, operand),
            span=r.span(operator).to(r.span(operand)),
        )
        for operator, operand in zip(rest[::2], rest[1::2], strict=True)
    )
    return syntax.Product(first=read_expression(r, first), rest=factors, span=r.span(tree))


def _rounded(r: Reader, tree: Branch) -> syntax.Rounded:
    operand, how = tree.children
    token = is_token(how)
    decimals = int(token.split()[1]) if token.type == "TO_DECIMALS" else None
    kinds = {
        "ROUNDED": syntax.RoundingKind.WHOLE_PERCENT,
        "ROUNDED_DOWN": syntax.RoundingKind.DOWN_TO_WHOLE_PERCENT,
        "TO_DECIMALS": syntax.RoundingKind.DECIMALS,
    }
    return syntax.Rounded(
        operand=read_expression(r, operand),
        rounding=kinds[token.type],
        decimals=decimals,
        span=r.span(tree),
    )


def _mention(r: Reader, tree: Branch) -> syntax.Mention:
    chosen, *rest = tree.children
    return syntax.Mention(selection=selection(r, chosen), windows=windows(r, rest), span=r.span(tree))


def _none_of(r: Reader, tree: Branch) -> syntax.NoneOf:
    chosen, *rest = tree.children
    return syntax.NoneOf(selection=selection(r, chosen), windows=windows(r, rest), span=r.span(tree))


def _mention_as_at(r: Reader, tree: Branch) -> syntax.MentionAsAt:
    name, when = tree.children
    moment = is_branch(when).children[0]
    as_at = (
        r.date(moment)
        if isinstance(moment, Branch)
        else syntax.EndOfLast(unit=r.unit(moment), span=r.span(when))
    )
    return syntax.MentionAsAt(name=r.name(name), as_at=as_at, span=r.span(tree))


def _at_least_of(r: Reader, tree: Branch) -> syntax.AtLeastOf:
    number, options = tree.children
    return syntax.AtLeastOf(
        number=r.number_or_name(number), options=_all(r, is_branch(options)), span=r.span(tree)
    )


def in_tier(r: Reader, tree: Branch) -> syntax.InTier:
    """`in tier at_risk`, `only in tier at_risk`."""
    words, name = tree.children
    return syntax.InTier(tier=r.name(name), only=is_token(words).type == "ONLY_IN_TIER", span=r.span(tree))


def _number_of_parents(r: Reader, tree: Branch) -> syntax.NumberOfParents:
    condition = read_expression(r, tree.children[1]) if len(tree.children) > 1 else None
    return syntax.NumberOfParents(condition=condition, span=r.span(tree))


def _extreme(r: Reader, tree: Branch) -> syntax.Extreme:
    which, operands = tree.children
    lowest = is_token(which).type == "LOWEST_OF"
    return syntax.Extreme(
        kind=syntax.ExtremeKind.LOWEST if lowest else syntax.ExtremeKind.HIGHEST,
        operands=_all(r, is_branch(operands)),
        span=r.span(tree),
    )


def _count_of(r: Reader, tree: Branch) -> syntax.CountOf:
    of, *rest = tree.children
    chosen = r.text(of) if isinstance(of, Token) else selection(r, of)
    return syntax.CountOf(of=chosen, weekdays=_weekdays(r, rest), windows=windows(r, rest), span=r.span(tree))


def _whole_days_of(r: Reader, tree: Branch) -> syntax.WholeDaysOf:
    _, marks, *rest = tree.children
    return syntax.WholeDaysOf(
        marks=r.marks(marks), weekdays=_weekdays(r, rest), windows=windows(r, rest), span=r.span(tree)
    )


def _share_of(r: Reader, tree: Branch) -> syntax.ShareOf:
    marks, *rest = tree.children
    return syntax.ShareOf(
        marks=r.marks(marks), weekdays=_weekdays(r, rest), windows=windows(r, rest), span=r.span(tree)
    )


def _current_run(r: Reader, tree: Branch) -> syntax.CurrentRun:
    marks, unit, *rest = tree.children
    return syntax.CurrentRun(
        marks=r.marks(marks), unit=r.unit(unit), windows=windows(r, rest), span=r.span(tree)
    )


def _longest_run(r: Reader, tree: Branch) -> syntax.LongestRun:
    marks, unit, *rest = tree.children
    return syntax.LongestRun(
        marks=r.marks(marks), unit=r.unit(unit), windows=windows(r, rest), span=r.span(tree)
    )


def _weeks_with(r: Reader, tree: Branch) -> syntax.WeeksWith:
    rest = [is_branch(child) for child in tree.children[1:]]
    least = quantity(r, rest.pop(0)) if rest[0].data == "quantity" else None
    return syntax.WeeksWith(
        least=least, marks=r.marks(rest[0]), windows=windows(r, rest[1:]), span=r.span(tree)
    )


def _most_in_any(r: Reader, tree: Branch) -> syntax.MostInAny:
    marks, length, *rest = tree.children
    return syntax.MostInAny(
        marks=r.marks(marks), length=quantity(r, length), windows=windows(r, rest), span=r.span(tree)
    )


def _units_since(r: Reader, tree: Branch) -> syntax.UnitsSince:
    unit, since = tree.children
    return syntax.UnitsSince(unit=r.unit(unit), anchor=anchor(r, since), span=r.span(tree))


def _weekdays(r: Reader, rest: list[Node]) -> tuple[syntax.Weekday, ...]:
    return tuple(
        syntax.Weekday(is_token(day).removesuffix("s"))
        for child in rest
        if isinstance(child, Branch) and child.data == "on_weekdays"
        for day in child.children
    )


def windows(r: Reader, rest: list[Node] | list[Branch]) -> tuple[syntax.Window, ...]:
    """The windows among the rest of a rule's children."""
    return tuple(
        _window(r, is_branch(window))
        for child in rest
        if isinstance(child, Branch) and child.data == "windows"
        for window in child.children
    )


def selection(r: Reader, node: Node) -> syntax.Selection:
    """A name, which one of its kind, and what must be true of it."""
    tree = is_branch(node)
    first, *rest = tree.children
    which = None
    if tree.data == "selection_one":
        which = syntax.Which.FIRST
        if is_token(first).type == "LATEST":
            which = syntax.Which.LATEST
            first, *rest = rest
    return syntax.Selection(name=r.name(first), which=which, where=_where(r, rest), span=r.span(tree))


def _where(r: Reader, rest: list[Node]) -> tuple[syntax.FieldTest, ...]:
    return tuple(_field_test(r, is_branch(test)) for child in rest for test in is_branch(child).children)


def _field_test(r: Reader, tree: Branch) -> syntax.FieldTest:
    name, *rest = tree.children
    span = r.span(tree)
    match tree.data:
        case "field_window":
            return syntax.FieldInWindow(
                field_name=r.name(name), window=_window(r, is_branch(rest[0])), span=span
            )
        case "field_compare":
            comparison, right = (is_branch(child) for child in rest)
            return syntax.FieldCompare(
                field_name=r.name(name),
                comparison=_COMPARISONS[str(comparison.data)],
                value=r.name(right) if right.data == "field_operand" else value(r, right),
                span=span,
            )
        case _:
            return syntax.FieldIs(
                field_name=r.name(name),
                value=literal(r, rest[0]),
                negated=tree.data == "field_is_not",
                span=span,
            )


def anchor(r: Reader, node: Node) -> syntax.Anchor:
    """What a time is measured from."""
    tree = is_branch(node)
    *edges, chosen = tree.children
    edge = None
    if edges:
        token = is_token(is_branch(edges[0]).children[0])
        edge = syntax.Edge.START if token.type == "THE_START_OF" else syntax.Edge.END
    return syntax.Anchor(selection=selection(r, chosen), edge=edge, span=r.span(tree))


def _moment(r: Reader, node: Node) -> syntax.Moment:
    return r.date(node) if is_branch(node).data == "date" else anchor(r, node)


def _window(r: Reader, tree: Branch) -> syntax.Window:
    span = r.span(tree)
    first, *rest = tree.children
    match tree.data:
        case "window_last":
            return syntax.LastWindow(length=quantity(r, first), span=span)
        case "window_this":
            return syntax.ThisWindow(unit=r.unit(first), span=span)
        case "window_previous":
            return syntax.PreviousWindow(unit=r.unit(first), span=span)
        case "window_since":
            return syntax.SinceWindow(moment=_moment(r, first), span=span)
        case "window_before":
            return syntax.BeforeWindow(moment=_moment(r, first), span=span)
        case "window_during":
            return syntax.DuringWindow(anchor=anchor(r, first), span=span)
        case "window_while":
            return syntax.WhileWindow(condition=_while(r, first), span=span)
        case "window_units_before" | "window_units_after":
            before = tree.data == "window_units_before"
            return syntax.UnitsWindow(
                length=quantity(r, first),
                side=syntax.Side.BEFORE if before else syntax.Side.AFTER,
                anchor=anchor(r, rest[0]),
                span=span,
            )
        case "window_not_before":
            date = rest[0]
            return syntax.NotBeforeWindow(
                date=r.name(date) if isinstance(date, Token) else r.date(date), span=span
            )
        case "window_between":
            return syntax.BetweenWindow(first=r.date(first), last=r.date(rest[0]), span=span)
        case "window_yearly":
            return syntax.YearlyWindow(first=r.day_of_year(first), last=r.day_of_year(rest[0]), span=span)
        case "window_not_relied_on":
            event, *where = rest
            return syntax.NotReliedOnWindow(event=r.name(event), where=_where(r, where), span=span)
        case _:
            raise AssertionError(tree.data)


def _while(r: Reader, node: Node) -> syntax.Expression:
    if isinstance(node, Branch):
        return read_expression(r, node)
    name = r.name(node)
    return syntax.Mention(selection=syntax.Selection(name=name, span=name.span), span=name.span)


_READERS: dict[str, Callable[[Reader, Branch], syntax.Expression]] = {
    "any_of": lambda r, tree: syntax.AnyOf(operands=_all(r, tree), span=r.span(tree)),
    "all_of": lambda r, tree: syntax.AllOf(operands=_all(r, tree), span=r.span(tree)),
    "not_": lambda r, tree: syntax.Not(operand=read_expression(r, tree.children[0]), span=r.span(tree)),
    "compare": _compare,
    "is_": _is,
    "is_not": _is,
    "is_known": lambda r, tree: syntax.IsKnown(
        operand=read_expression(r, tree.children[0]), known=True, span=r.span(tree)
    ),
    "is_unknown": lambda r, tree: syntax.IsKnown(
        operand=read_expression(r, tree.children[0]), known=False, span=r.span(tree)
    ),
    "sum": _sum,
    "product": _product,
    "rounded": _rounded,
    "brackets": lambda r, tree: read_expression(r, tree.children[0]),
    "mention": _mention,
    "mention_as_at": _mention_as_at,
    "mention_of_school": lambda r, tree: syntax.MentionOfSchool(
        name=r.name(tree.children[0]), span=r.span(tree)
    ),
    "none_of": _none_of,
    "at_least_of": _at_least_of,
    "in_tier": in_tier,
    "any_parent": lambda r, tree: syntax.AnyParent(
        condition=read_expression(r, tree.children[1]), span=r.span(tree)
    ),
    "every_parent": lambda r, tree: syntax.EveryParent(
        condition=read_expression(r, tree.children[1]), span=r.span(tree)
    ),
    "number_of_parents": _number_of_parents,
    "extreme": _extreme,
    "count_of": _count_of,
    "count_of_code": _count_of,
    "whole_days_of": _whole_days_of,
    "share_of": _share_of,
    "current_run": _current_run,
    "longest_run": _longest_run,
    "weeks_with": _weeks_with,
    "most_in_any": _most_in_any,
    "since_count": _units_since,
    "date_of": lambda r, tree: syntax.DateOf(anchor=anchor(r, tree.children[-1]), span=r.span(tree)),
}
