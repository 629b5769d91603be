"""What a layer may not add: it could waive, by something new, what it may not change."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.layers.authors import Author
from fingerpost_dsl.layers.changes import broken, must_limits
from fingerpost_dsl.layers.fixed import Below, Fixed
from fingerpost_dsl.layers.mentions import conjuncts, number_of
from fingerpost_dsl.names import Placed


def addition_limits(
    one: syntax.Declaration, below: Below, together: Below, author: Author
) -> Iterator[Diagnostic]:
    """What stands against a new declaration. `together` has those of the layer itself as well."""
    match one:
        case syntax.Code():
            yield _code(one)
        case syntax.Action():
            yield from must_limits(one, together, author)
            yield from _round_a_bar(one, below, together)
        case syntax.Step():
            yield from must_limits(one, together, author)
            yield from _round_a_bar(one, below, together)
            yield from _ends_a_round(one, below, author)
        case syntax.Bar():
            yield from _bar(one, below, author)
        case syntax.Tier():
            yield from _tier(one, below, together, author)
        case _:
            pass


def _code(code: syntax.Code) -> Diagnostic:
    return Diagnostic(
        code="E0410",
        message=f'a local policy may not add the code "{code.code.text}"',
        span=code.code.span,
        note="every school's register has the same codes, by law",
        help="to tell marks apart, name a set of the codes there are: `codes …`; "
        "or record the reason as a fact or an event",
    )


def _bar(bar: syntax.Bar, below: Below, author: Author) -> Iterator[Diagnostic]:
    """A bar waives what it stops. What only may be done, enforcement above all, can always be barred."""
    for name in bar.stops:
        fixed = below.why_fixed(name.text, author) if name.text in below.placed else None
        if fixed is not None:
            yield broken(f"a local policy may not stop `{name.text}`", name.span, fixed)


def _tier(tier: syntax.Tier, below: Below, together: Below, author: Author) -> Iterator[Diagnostic]:
    """A tier that continues another brings its pupils what is asked for in that one (meaning 19)."""
    continued = None if tier.continues is None else below.placed.get(tier.continues.text)
    if tier.continues is None or continued is None or not isinstance(continued.declaration, syntax.Tier):
        return
    other = continued.declaration
    name = other.name.text
    own = conjuncts(tier.when)
    if all(_implies(own, asked, together) for asked in conjuncts(other.when)):
        waived = _only_in(name, below, author)
        if waived is not None:
            yield broken(
                f"`{tier.name.text}` would take pupils out of `{name}` alone", tier.continues.span, waived
            )
        return
    yield Diagnostic(
        code="E0411",
        message=f"`{tier.name.text}` would put pupils into `{name}` who do not belong there",
        span=tier.continues.span,
        note=f"what is asked for pupils in `{name}` is asked for those in a tier that continues it",
        labels=(Label(continued.span, f"its own condition is missing from `{tier.name.text}`"),),
        help=f"repeat the condition of `{name}` in your `when`, or continue a tier that has none",
    )


def _implies(conditions: tuple[syntax.Expression, ...], asked: syntax.Expression, below: Below) -> bool:
    """Whether one of some conditions is the one asked for, or the same with a stricter number."""
    return any(one == asked or _is_stricter(one, asked, below) for one in conditions)


def _is_stricter(one: syntax.Expression, other: syntax.Expression, below: Below) -> bool:
    if not isinstance(one, syntax.Compare) or not isinstance(other, syntax.Compare):
        return False
    if (one.left, one.comparison) != (other.left, other.comparison):
        return False
    value, line = number_of(one.right, below.placed), number_of(other.right, below.placed)
    if value is None or line is None or value.unit is not line.unit:
        return False
    upwards = one.comparison in (syntax.Comparison.AT_LEAST, syntax.Comparison.MORE_THAN)
    return value.amount >= line.amount if upwards else value.amount <= line.amount


def _only_in(name: str, below: Below, author: Author) -> Fixed | None:
    """A fixed rule that is for a tier alone, and for none that continues it."""
    for one in below.placed.values():
        rule = one.declaration
        if isinstance(rule, syntax.Action | syntax.Step):
            tier = rule.clauses.in_tier
            if tier is not None and tier.only and tier.tier.text == name:
                fixed = below.why_fixed(one.name, author)
                if fixed is not None:
                    return Fixed(
                        fixed.code,
                        f"`{one.name}` is for pupils `only in tier {name}`",
                        one.span,
                        "whom this is for",
                    )
    return None


def _round_a_bar(rule: syntax.Rule, below: Below, together: Below) -> Iterator[Diagnostic]:
    """What is recorded as an enforcing step is must be stopped by whatever stops that step."""
    event = _recorded_by(rule)
    if event is None:
        return
    bars = [one for one in together.placed.values() if isinstance(one.declaration, syntax.Bar)]
    on_this = [one.declaration for one in bars if rule.name.text in _stopped(one)]
    for placed in bars:
        bar = placed.declaration
        assert isinstance(bar, syntax.Bar)
        alike = [name for name in sorted(_stopped(placed)) if _is_recorded_by(name, event, below)]
        if placed.name not in below.placed or not alike:
            continue
        if not any(isinstance(own, syntax.Bar) and own.when == bar.when for own in on_this):
            yield Diagnostic(
                code="E0423",
                message=f"`{rule.name.text}` goes round the bar `{placed.name}`",
                span=rule.name.span,
                note=f"recorded by `{event}`, as `{alike[0]}` is",
                labels=(Label(placed.span, f"stops `{alike[0]}`{below.passage_words(bar)}"),),
                help=f"add a bar of your own with the same condition: `bar … stops {rule.name.text} when …`",
            )


def _stopped(placed: Placed) -> set[str]:
    return (
        {name.text for name in placed.declaration.stops}
        if isinstance(placed.declaration, syntax.Bar)
        else set()
    )


def _recorded_by(rule: syntax.Rule) -> str | None:
    done = rule.clauses.done_when
    return None if done is None else done.selection.name.text


def _is_recorded_by(name: str, event: str, below: Below) -> bool:
    placed = below.placed.get(name)
    if placed is None or not isinstance(placed.declaration, syntax.Action | syntax.Step):
        return False
    return below.enforces(placed.declaration) and _recorded_by(placed.declaration) == event


def _ends_a_round(step: syntax.Step, below: Below, author: Author) -> Iterator[Diagnostic]:
    """A step that ends the round, or begins it anew, waives what is owed in it (meaning 26)."""
    if not (step.clauses.ends_round or step.clauses.starts_here):
        return
    for one in below.placed.values():
        other = one.declaration
        if isinstance(other, syntax.Step) and other.pathway.text == step.pathway.text:
            fixed = below.why_fixed(one.name, author)
            if fixed is not None:
                does = "end" if step.clauses.ends_round else "begin anew"
                yield Diagnostic(
                    code="E0424",
                    message=f"`{step.name.text}` would {does} rounds of `{step.pathway.text}`",
                    span=step.name.span,
                    note="nothing is owed in a round that is over",
                    labels=(Label(one.span, fixed.why),),
                    help="leave `ends the round` and `starts here` out, or write a pathway of your own",
                )
                return
