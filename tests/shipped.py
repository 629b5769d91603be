"""The policies that are shipped, loaded once for all tests that a worker runs: that takes seconds."""

from functools import cache
from pathlib import Path

import pytest

import fingerpost_policies
from fingerpost import load_policy
from fingerpost_dsl import syntax
from fingerpost_dsl.checker import check
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.loading import bundles, parents
from fingerpost_dsl.loading.bundles import Bundle
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.spellings import parse_either
from tests.generate.words import VOCABULARY

SHIPPED = Path(fingerpost_policies.__file__).resolve().parent


@cache
def shipped(name: str) -> Policy | PolicyFamily:
    """What `load_policy` gives."""
    return load_policy(name)


def read_once(patch: pytest.MonkeyPatch) -> None:
    """From now on what is shipped is parsed and checked once, however many policies extend it.

    Only files as they are shipped, and what rests on nothing else: the same texts give the same policy. The
    vocabulary of all generated policies is parsed once, too.
    """
    trees: dict[tuple[tuple[str, str], ...], tuple[syntax.File, tuple[Diagnostic, ...]]] = {}
    policies: dict[tuple[int, ...], tuple[Policy | None, tuple[Diagnostic, ...]]] = {}
    words: dict[str, tuple[syntax.File, tuple[Diagnostic, ...]]] = {}
    kept: set[int] = set()

    def joined(bundle: Bundle) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
        texts = tuple((text.name, text.text) for text in bundle.texts)
        if not all(Path(name).is_relative_to(SHIPPED) for name, _ in texts):
            return bundles.joined(bundle)
        if texts not in trees:
            trees[texts] = bundles.joined(bundle)
            kept.add(id(trees[texts][0]))
        return trees[texts]

    def checked(
        tree: syntax.File, *, below: tuple[syntax.File, ...]
    ) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
        which = tuple(map(id, (tree, *below)))
        if not kept.issuperset(which):
            return check(tree, below=below)
        if which not in policies:
            policies[which] = check(tree, below=below)
        return policies[which]

    def parsed(source: SourceText) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
        if source.text != VOCABULARY:
            return parse_either(source)
        if source.name not in words:
            words[source.name] = parse_either(source)
        return words[source.name]

    patch.setattr(bundles, "parse_either", parsed)
    patch.setattr(parents, "joined", joined)
    patch.setattr(parents, "check", checked)
