"""From a YAML file to the syntax tree, as the parser gives it: `parse_yaml(source) -> (file, problems)`.

Each declaration is written out as policy text that knows where it came from (`rendered.py`), and is parsed on
its own. What concerns keys and shapes is said here, in the words of YAML; what concerns a value is said by
the parser, and by everything after it, about the place in the YAML file.

A value is one clause and no more. Text that goes on with another clause, or hides the rest behind `--`, would
parse: it is refused, so that a key means what it says.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import lru_cache

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.mistakes import explain
from fingerpost_dsl.parse_tree import Branch
from fingerpost_dsl.parser import MAX_PROBLEMS, MAX_WORDS, limited, read_if_not_too_deep, refuse_if_too_long
from fingerpost_dsl.reading import MAX_SIZE, too_large
from fingerpost_dsl.recogniser import Stopped, recognise
from fingerpost_dsl.scan import Scan, scan
from fingerpost_dsl.source import SourceText, Span
from fingerpost_dsl.tree import Reader, is_branch
from fingerpost_dsl.yaml_form.declared import Draft, drafts_of
from fingerpost_dsl.yaml_form.nodes import Refused, nodes_of
from fingerpost_dsl.yaml_form.problems import not_read, several_clauses
from fingerpost_dsl.yaml_form.rendered import Rendered, Rendering
from fingerpost_dsl.yaml_form.shapes import rules_of_keys

DEEPEST = 6
"""A policy has three or four levels."""
MAX_PARTS = 2 * MAX_WORDS


def parse_yaml(source: SourceText) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
    """The declarations of a YAML text, and everything that is wrong with its syntax; it never raises.

    >>> file, problems = parse_yaml(SourceText("a.yaml", "role school: {title: School}"))
    >>> file.declarations[0].name.text, problems
    ('school', ())
    """
    if len(source.text) > MAX_SIZE:
        return _nothing(source, too_large(source.name, len(source.text)))
    root = nodes_of(source.text, deepest=DEEPEST, most=MAX_PARTS)
    if isinstance(root, Refused):
        return _nothing(source, not_read(root, source))
    rendering = Rendering(source)
    drafts, unread, problems = drafts_of(root, rendering)
    rendered = rendering.done()
    scanned = scan(rendered, most=MAX_PROBLEMS + 1)
    if (refused := refuse_if_too_long(scanned)) is not None:
        return _nothing(source, refused)
    reading = _Reading(rendered, scanned, unread=list(unread), problems=[*problems, *scanned.problems])
    for draft in drafts:
        if len(reading.problems) > MAX_PROBLEMS:
            reading.unread.append(draft.name)
        else:
            reading.read(draft)
    declared = tuple(reading.declarations)
    file = syntax.File(
        declarations=declared, unread=tuple(reading.unread), span=source.span(0, len(source.text))
    )
    found = [_without_unsafe_fix(problem) for problem in reading.problems]
    return file, limited(found, is_policy=bool(declared))


def policy_text(source: SourceText) -> str:
    """The policy text that a YAML text without mistakes stands for, not yet laid out."""
    root = nodes_of(source.text, deepest=DEEPEST, most=MAX_PARTS)
    assert not isinstance(root, Refused), "only what has been parsed is converted"
    rendering = Rendering(source)
    drafts_of(root, rendering)
    return rendering.done().text


def declared_at(declaration: Span) -> str:
    """The policy text of the declaration that stands there in a YAML file."""
    return _texts_of(declaration.source)[declaration.start, declaration.end]


@lru_cache(maxsize=8)
def _texts_of(source: SourceText) -> dict[tuple[int, int], str]:
    """The policy text of each declaration of a YAML text, by where it stands."""
    root = nodes_of(source.text, deepest=DEEPEST, most=MAX_PARTS)
    assert not isinstance(root, Refused), "only what has been parsed has declarations"
    rendering = Rendering(source)
    drafts, _, _ = drafts_of(root, rendering)
    rendered = rendering.done()
    spans = {draft: rendered.span(draft.start, draft.end) for draft in drafts}
    return {(span.start, span.end): rendered.text[draft.start : draft.end] for draft, span in spans.items()}


def _nothing(source: SourceText, why: Diagnostic) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
    return syntax.File(declarations=(), span=source.span(0, 0)), (why,)


@dataclass(slots=True)
class _Reading:
    """One run over the drafts of one file."""

    rendered: Rendered
    scanned: Scan
    unread: list[syntax.Name]
    problems: list[Diagnostic]
    declarations: list[syntax.Declaration] = field(default_factory=list)

    def read(self, draft: Draft) -> None:
        """Parse one declaration; if it has a mistake, its name is known and nothing else."""
        outcome = recognise(self.scanned.text[draft.start : draft.end])
        if isinstance(outcome, Stopped):
            if not self._is_damaged(draft):
                self.problems.append(self._explained(outcome, draft))
        elif (astray := _astray(outcome.tree, draft)) is not None:
            span = self.rendered.span(draft.start + astray.start_pos, draft.start + astray.end_pos)
            self.problems.append(several_clauses(span))
        else:
            reader = Reader(self.rendered, draft.start)
            declaration = read_if_not_too_deep(reader, is_branch(outcome.tree.children[0]))
            self.problems += reader.problems
            if declaration is not None and draft.is_whole:
                self.declarations.append(declaration)
                return
        self.unread.append(draft.name)

    def _explained(self, stopped: Stopped, draft: Draft) -> Diagnostic:
        """What is wrong. Where a value ends too soon, that is said of its end, not of the next key."""
        end = draft.start + stopped.offset
        if end in draft.keys:
            cut = recognise(self.scanned.text[draft.start : end].rstrip())
            stopped = cut if isinstance(cut, Stopped) else stopped
        return explain(stopped, self.rendered, draft.start)

    def _is_damaged(self, draft: Draft) -> bool:
        """Whether a mistake that could not be repaired, and was told of, lies in this declaration."""
        damaged = self.scanned.damaged
        first = bisect_left(damaged, draft.start)
        return first < len(damaged) and damaged[first] < draft.end


def _astray(tree: Branch, draft: Draft) -> Branch | None:
    """A declaration or clause inside a value, where no key has opened it."""
    declaration, *others = map(is_branch, tree.children)
    if others:
        return others[0]
    rules = rules_of_keys(draft.kind)
    parts = _branches(declaration)
    if draft.kind.startswith("change "):
        parts += [part for changed in parts for part in _branches(changed)]
    return next(
        (part for part in parts if part.data in rules and draft.start + part.start_pos not in draft.keys),
        None,
    )


def _branches(tree: Branch) -> list[Branch]:
    return [child for child in tree.children if isinstance(child, Branch)]


def _without_unsafe_fix(problem: Diagnostic) -> Diagnostic:
    """A fix is offered where it is the same in YAML: not where there are signs of YAML."""
    if problem.fix is None or _is_same_in_yaml(problem.fix.text, problem.fix.span.text):
        return problem
    return replace(problem, fix=None)


def _is_same_in_yaml(*texts: str) -> bool:
    return not any(sign in text for sign in "\"'\\:#\n" for text in texts)
