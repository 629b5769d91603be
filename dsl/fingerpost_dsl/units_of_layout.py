"""For the formatter: a declaration as a head and clauses, each with its tokens and its comments."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from fingerpost_dsl.comments import Comment, blank_before
from fingerpost_dsl.parse_tree import Branch, Token
from fingerpost_dsl.recogniser import Recognised
from fingerpost_dsl.tree import is_branch

_ORDER = (
    *(
        "policy_version",
        "policy_language",
        "policy_status",
        "policy_extends",
        "policy_by",
        "policy_open_roles",
    ),
    *("policy_in_force", "policy_supersedes", "policy_last_checked"),
    *(
        "source_weight",
        "source_publisher",
        "source_published",
        "source_url",
        "source_secondary",
        "role_part_of",
    ),
    *(
        "norm",
        "of_subject",
        "with_roles",
        "jointly_with",
        "usually_by",
        "tier_continues",
        "starts_here",
        "after",
    ),
    *(
        "in_tier",
        "for_each",
        "enforcement",
        "judged_by",
        "event_field",
        "event_lasts",
        "event_relies",
        "sensitive",
    ),
    *("when", "unless", "tier_provisional", "tier_left", "cohort_least", "within", "by_date", "no_sooner"),
    *("expires", "every", "every_times", "stands", "done_when", "ends_round", "threshold_open"),
    *("cites", "ours", "because", "note"),
)
_RANK = {rule: place for place, rule in enumerate(_ORDER, start=1)}
_IN_LINE = {"event": ("of_subject", "for_each")}
_VALUE_ON_ITS_OWN_LINE = frozenset({"measure", "condition", "occasion", "cohort"})


@dataclass(slots=True)
class Unit:
    """What goes on a line of its own: the head of a declaration, or one of its clauses."""

    start: int
    rank: int
    in_line: bool = False
    is_titled: bool = False
    tokens: list[Token] = field(default_factory=list)
    leading: list[Comment] = field(default_factory=list)
    inside: list[Comment] = field(default_factory=list)
    trailing: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """A declaration: its units as they were written, the comments before it, and those at its end."""

    kind: str
    after_blank: bool
    units: list[Unit]
    leading: list[Comment] = field(default_factory=list)
    tail: list[Comment] = field(default_factory=list)


def blocks_of(
    text: str, recognised: Recognised, comments: list[Comment]
) -> tuple[list[Block], list[Comment]]:
    """The declarations of a text with their comments, and the comments after the last of them."""
    tokens = recognised.tokens
    starts = [token.start_pos for token in tokens]
    blocks: list[Block] = []
    for child in recognised.tree.children:
        declaration = is_branch(child)
        begin, end = declaration.start_pos, declaration.end_pos
        inside = tokens[bisect_left(starts, begin) : bisect_left(starts, end)]
        units = _units(declaration, inside)
        blocks.append(Block(kind=str(declaration.data), after_blank=blank_before(text, begin), units=units))
    return blocks, _distribute(blocks, comments)


def _units(declaration: Branch, tokens: tuple[Token, ...]) -> list[Unit]:
    kind = str(declaration.data)
    head = Unit(start=declaration.start_pos, rank=-1, is_titled=True)
    clauses = sorted(_clauses(kind, declaration, tokens), key=lambda unit: unit.start)
    units = [head, *clauses]
    place = 0
    for token in tokens:
        while place + 1 < len(units) and token.start_pos >= units[place + 1].start:
            place += 1
        units[place].tokens.append(token)
    return units


def _clauses(kind: str, tree: Branch, tokens: tuple[Token, ...]) -> Iterator[Unit]:
    """Where each clause begins, and which place in the order it has."""
    if kind in _VALUE_ON_ITS_OWN_LINE:
        yield from (_unit_at(token, 0) for token in tokens[:4] if token.type == "EQUAL")
    if kind == "bar":
        yield _unit_at(tokens[3], 0)
    for child in tree.children:
        if not isinstance(child, Branch):
            continue
        rule = str(child.data)
        if kind == "test":
            yield Unit(start=child.start_pos, rank=0)
        elif rule in _RANK:
            in_line = rule in _IN_LINE.get(kind, ())
            yield Unit(
                start=child.start_pos,
                rank=0 if in_line else _RANK[rule],
                in_line=in_line,
                is_titled=rule == "norm",
            )
        elif rule.startswith("change_"):
            yield from _clauses(kind, child, tokens)


def _unit_at(token: Token, rank: int) -> Unit:
    return Unit(start=token.start_pos, rank=rank)


def _distribute(blocks: list[Block], comments: list[Comment]) -> list[Comment]:
    """Give every comment to what it belongs to; the result is what follows the last declaration."""
    units = [(block, unit) for block in blocks for unit in block.units]
    starts = [unit.start for _, unit in units]
    rest: list[Comment] = []
    for comment in comments:
        after = bisect_left(starts, comment.start)
        block, unit = units[after - 1] if after else (None, None)
        following = units[after] if after < len(units) else (None, None)
        if unit is not None and comment.start < unit.tokens[-1].end_pos:
            unit.inside.append(comment)
        elif unit is not None and not comment.own_line:
            unit.trailing.append(comment)
        elif block is not None and following[0] is block and following[1] is not None:
            following[1].leading.append(comment)
        elif block is not None and _is_tail(comment, following[0], rest):
            block.tail.append(comment)
        elif following[0] is not None:
            following[0].leading.append(comment)
        else:
            rest.append(comment)
    return rest


def _is_tail(comment: Comment, following: Block | None, rest: list[Comment]) -> bool:
    """Whether a comment after a declaration belongs to it: indented, and directly below."""
    started = following.leading if following is not None else rest
    return comment.indented and not comment.after_blank and not started
