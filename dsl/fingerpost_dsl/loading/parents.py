"""What a policy extends: found by name and version in the folders that the caller names, checked once.

Policies that are asked for themselves are read in the same place, so that one which others extend is parsed
and checked once, whichever is asked for first.
"""

from __future__ import annotations

import re
from pathlib import Path

from fingerpost_dsl import syntax
from fingerpost_dsl.checker import check
from fingerpost_dsl.diagnostics import Diagnostic, Label, has_errors
from fingerpost_dsl.from_syntax.header import extended_id, policy_id, the_header
from fingerpost_dsl.loading.bundles import Bundle, bundles_in, joined
from fingerpost_dsl.model.policy import Policy, PolicyId
from fingerpost_dsl.names import nearest

NOWHERE = "say in which folders to look"

_Texts = tuple[tuple[str, str], ...]
"""The texts of a policy, with their names."""


class Parents:
    """The policies in some folders. Nothing is read before somebody asks, and no file twice."""

    def __init__(self, search: tuple[Path, ...]) -> None:
        self._search = search
        self._bundles: list[Bundle] | None = None
        self._trees: dict[_Texts, tuple[syntax.File, tuple[Diagnostic, ...]]] = {}
        self._policies: dict[int, tuple[Policy | None, tuple[Diagnostic, ...]]] = {}

    def tree(self, bundle: Bundle) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
        """The declarations of a policy as one tree, and what is wrong with its syntax: parsed once."""
        texts = tuple((text.name, text.text) for text in bundle.texts)
        if texts not in self._trees:
            self._trees[texts] = joined(bundle)
        return self._trees[texts]

    def checked(
        self, tree: syntax.File, below: tuple[syntax.File, ...]
    ) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
        """The policy of one of these trees, which extends those below, and what is wrong: checked once."""
        if id(tree) not in self._policies:
            self._policies[id(tree)] = check(tree, below=below)
        return self._policies[id(tree)]

    def below(self, tree: syntax.File) -> tuple[tuple[syntax.File, ...], tuple[Diagnostic, ...]]:
        """The trees of all that a policy extends, the lowest first; or why they cannot be had."""
        chain: list[syntax.File] = []
        header, _ = the_header(tree)
        seen = set[PolicyId]() if header is None else {policy_id(header)}
        while header is not None and header.extends is not None:
            wanted = extended_id(header)
            assert wanted is not None
            if wanted in seen:
                return (), (_circle(header, wanted),)
            seen.add(wanted)
            found = self._find(wanted)
            if not found:
                return (), (self._missing(header, wanted),)
            if len(found) > 1:
                return (), (_twice(header, wanted, found),)
            chain.insert(0, found[0])
            header, _ = the_header(found[0])
        for depth, file in enumerate(chain):
            if not self._is_sound(file, tuple(chain[:depth])):
                return (), (_unsound(tree, file),)
        return tuple(chain), ()

    def versions(self, id_: str) -> tuple[Policy, ...]:
        """Every version of a policy that the folders hold, the earliest first, but for those with errors."""
        by_version: dict[str, Policy] = {}
        for bundle in self._that_may_be(id_):
            policy = self._policy(bundle)
            if policy is not None and policy.header.id.id == id_:
                by_version.setdefault(policy.header.id.version, policy)
        return tuple(sorted(by_version.values(), key=lambda policy: policy.header.in_force_from))

    def _policy(self, bundle: Bundle) -> Policy | None:
        tree, found = self.tree(bundle)
        below, missing = self.below(tree)
        return None if has_errors(found) or missing else self.checked(tree, below)[0]

    def _find(self, wanted: PolicyId) -> list[syntax.File]:
        """The trees of a policy: more than one where several folders hold it."""
        trees = [self.tree(bundle)[0] for bundle in self._that_may_be(wanted.id)]
        return [tree for tree in trees if _is_called(tree, wanted)]

    def _that_may_be(self, id_: str) -> list[Bundle]:
        """Those that name this policy, and not only as what they extend: only these are parsed."""
        name = re.compile(rf"(?P<extends>\bextends:?[ \t]+)?{re.escape(id_)}")
        return [
            bundle
            for bundle in self._all()
            if any(found["extends"] is None for text in bundle.texts for found in name.finditer(text.text))
        ]

    def _all(self) -> list[Bundle]:
        """Every policy of the folders, once, however many ways lead to it."""
        if self._bundles is None:
            found = (bundle for folder in self._search for bundle in bundles_in(folder, tests=False)[0])
            self._bundles = list({Path(bundle.name).resolve(): bundle for bundle in found}.values())
        return self._bundles

    def _is_sound(self, file: syntax.File, below: tuple[syntax.File, ...]) -> bool:
        read = next((found for tree, found in self._trees.values() if tree is file), ())
        return not has_errors(read) and self.checked(file, below)[0] is not None

    def _missing(self, header: syntax.Policy, wanted: PolicyId) -> Diagnostic:
        assert header.extends is not None
        known = [one for one in self._known() if one != policy_id(header)]
        versions = [one.version for one in known if one.id == wanted.id]
        close = nearest(wanted.id, [one.id for one in known])
        if versions:
            advice = f"there is {' and '.join(sorted(versions))}"
        elif close is not None:
            advice = f"did you mean `{close}`?"
        else:
            folders = ", ".join(f"`{folder}`" for folder in self._search)
            advice = f"looked in {folders}; name another folder with `--path`" if folders else NOWHERE
        return Diagnostic(
            code="E0401",
            message=f"`{wanted}`, which this policy extends, is not to be found",
            span=header.extends.span,
            help=advice,
        )

    def _known(self) -> list[PolicyId]:
        headers = (the_header(self.tree(bundle)[0])[0] for bundle in self._all())
        return [policy_id(header) for header in headers if header is not None]


def _is_called(tree: syntax.File, wanted: PolicyId) -> bool:
    header, _ = the_header(tree)
    return header is not None and policy_id(header) == wanted


def _twice(header: syntax.Policy, wanted: PolicyId, found: list[syntax.File]) -> Diagnostic:
    assert header.extends is not None
    headers = [one for one, _ in map(the_header, found) if one is not None]
    return Diagnostic(
        code="E0536",
        message=f"`{wanted}`, which this policy extends, is there {len(headers)} times",
        span=header.extends.span,
        labels=tuple(Label(one.name.span, "one of them") for one in headers),
        help="keep one of them, or give your copy a name and a version of its own",
    )


def _circle(header: syntax.Policy, wanted: PolicyId) -> Diagnostic:
    assert header.extends is not None
    return Diagnostic(
        code="E0403",
        message=f"`{wanted}` in the end extends itself",
        span=header.extends.span,
        help="a policy extends one that does not extend it",
    )


def _unsound(tree: syntax.File, file: syntax.File) -> Diagnostic:
    own, _ = the_header(tree)
    other, _ = the_header(file)
    assert own is not None
    assert own.extends is not None
    assert other is not None
    return Diagnostic(
        code="E0402",
        message=f"`{policy_id(other)}`, on which this policy rests, has errors",
        span=own.extends.span,
        labels=(Label(other.name.span, "check this one first"),),
    )
