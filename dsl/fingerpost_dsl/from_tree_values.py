"""From the parse tree to the syntax tree: values, quantities and literals."""

from fractions import Fraction

from fingerpost_dsl import syntax
from fingerpost_dsl.parse_tree import Branch, Node, Token
from fingerpost_dsl.tree import Reader, is_branch, is_token


def value(r: Reader, node: Node) -> syntax.Value:
    """`10%`, `10 school days`, `4/86`, `£160`, a date."""
    tree = is_branch(node)
    span = r.span(tree)
    first, *rest = tree.children
    if isinstance(first, Branch):
        return r.date(first)
    unit = r.unit(rest[0]) if rest else None
    match first.type:
        case "PERCENT":
            return syntax.Percent(value=_decimal(r, first, first[:-1]) / 100, span=span)
        case "MONEY":
            return syntax.Money(pence=int(_decimal(r, first, first[1:]) * 100), span=span)
        case "FRACTION":
            numerator, denominator = (r.digits(first, part) for part in first.split("/"))
            if denominator == 0:
                r.complain("E0117", f"`{first}` has no value", span, "the number below the line is not 0")
            return syntax.Ratio(numerator=numerator, denominator=denominator or 1, unit=unit, span=span)
        case _:
            return syntax.Number(value=_decimal(r, first, first), unit=unit, span=span)


def _decimal(r: Reader, token: Token, digits: str) -> Fraction:
    whole, _, decimals = digits.partition(".")
    shown = decimals if len(decimals) <= 9 else str(r.digits(token, f"1{decimals}"))
    return Fraction(r.digits(token, whole)) + Fraction(int(shown or 0), 10 ** len(shown))


def quantity(r: Reader, node: Node) -> syntax.Quantity:
    """`10 school days`, a threshold's name, or a bare whole number where the grammar has one."""
    if isinstance(node, Branch) and isinstance(node.children[0], Branch):
        return quantity(r, node.children[0])  # quantity_or_int
    first, *rest = node.children if isinstance(node, Branch) else [node]
    token = is_token(first)
    if token.type == "NAME":
        return r.name(token)
    unit = r.unit(rest[0]) if rest else None
    return syntax.Number(value=Fraction(r.whole_number(token)), unit=unit, span=r.span(node))


def for_each(r: Reader, tree: Branch) -> syntax.ForEach:
    """`for each parent`, `for each occasion of unexplained`."""
    whom = is_branch(tree.children[0])
    if whom.data == "subject":
        return syntax.ForEach(subject=r.subject(whom), span=r.span(tree))
    return syntax.ForEach(occasion=r.name(whom), span=r.span(tree))


def literal(r: Reader, node: Node) -> syntax.Literal:
    """What stands on the right of `is`."""
    tree = is_branch(node)
    span = r.span(tree)
    match tree.data:
        case "literal_name":
            return syntax.NamedValue(name=r.name(tree), span=span)
        case "literal_yes" | "literal_no":
            return syntax.YesNo(yes=tree.data == "literal_yes", span=span)
        case "literal_one_of":
            return syntax.OneOf(options=r.names(tree), span=span)
        case _:
            return value(r, tree)
