"""Loading: from a file, a folder or a text to a checked policy, with what it extends.

A policy is one file, or one folder of files (`*.policy`, in whatever folders inside it) with one header
among them; tests are files like any other. A folder may also hold several policies, each in a folder or a
file of its own. What a policy extends is looked for in the folders that the caller names, and nowhere else.

Files are read in the order of their paths, so that the same folder gives the same policy everywhere.
Nothing here raises on what a file says: every function returns what it could make and everything that is
wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fingerpost_dsl.diagnostics import Diagnostic, Label, has_errors, in_order
from fingerpost_dsl.from_syntax.header import policy_id, the_header
from fingerpost_dsl.loading.bundles import Bundle, bundles_in, file_bundle, has_header, texts_bundle
from fingerpost_dsl.loading.parents import Parents
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy, PolicyId
from fingerpost_dsl.spellings import SUFFIXES, parse_either


def load_file(path: Path, *, search: Sequence[Path] = ()) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """The policy that one file holds. `search` are the folders in which the policy it extends may be."""
    return _one(file_bundle(path), path, search)


def load_folder(path: Path, *, search: Sequence[Path] = ()) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """The one policy that a folder holds. `search` are the folders in which the policy it extends may be."""
    return _one(bundles_in(path), path, search)


def load_text(
    text: str | Mapping[str, str], *, search: Sequence[Path] = ()
) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """The policy that a text stands for, or several texts by the names of their files.

    >>> policy, found = load_text('policy a.b "A" version 2025.1 language 1 in force from 1 September 2025')
    >>> str(policy.header.id), found
    ('a.b 2025.1', ())
    """
    texts = {"policy": text} if isinstance(text, str) else text
    return _check(texts_bundle(texts), Parents(tuple(search)))


def load_policies(
    paths: Sequence[Path], *, search: Sequence[Path] = (), tests: bool = True, before: bool = False
) -> tuple[tuple[PolicyFamily, ...], tuple[Diagnostic, ...]]:
    """Every policy in these files and folders, versions of one policy together.

    A policy with an error is left out; the findings say why. The paths themselves are searched for what a
    policy extends, and then `search`. Without `tests`, no file in a folder called `tests` is read: for
    policies that are known to be right, and to have nothing but tests there. It halves the time. With
    `before`, a family of local policies comes with what its first version extends, in all its versions: to
    judge the days before.
    """
    parents = Parents((*(near for path in paths for near in _beside(path)), *search))
    found: list[Diagnostic] = []
    policies: list[Policy] = []
    for path in paths:
        bundles, problems = bundles_in(path, tests=tests)
        found.extend(problems)
        for bundle in bundles:
            policy, diagnostics = _check(bundle, parents)
            found.extend(diagnostics)
            if policy is not None:
                policies.append(policy)
    families, clashes = families_of(policies)
    if before:
        families = tuple(_with_before(family, parents) for family in families)
    return families, in_order((*found, *clashes))


def editions_in(path: Path) -> tuple[tuple[PolicyId, Path], ...]:
    """The policies that a file or folder holds, each with the file or folder that holds it alone.

    Only headers are read; a policy without one that can be understood is left out.
    """
    found = []
    for bundle in bundles_in(path)[0]:
        for text in filter(has_header, bundle.texts):
            header, _ = the_header(parse_either(text)[0])
            if header is not None:
                found.append((policy_id(header), Path(bundle.name)))
                break
    return tuple(found)


def _beside(path: Path) -> tuple[Path, ...]:
    """Where what a policy extends may lie, near to it: the folder; of a file, the files beside it."""
    if path.is_dir():
        return (path,)
    beside = (file for file in path.parent.iterdir() if file.suffix in SUFFIXES)
    return tuple(sorted(file for file in beside if file.is_file() and not file.is_symlink()))


def _with_before(family: PolicyFamily, parents: Parents) -> PolicyFamily:
    """The family with what its first version extends, and that with what it extends in its turn."""
    extended = family.versions[0].header.extends
    if extended is None:
        return family
    versions = parents.versions(extended.id)
    if not versions:
        return family
    return replace(family, before=_with_before(PolicyFamily(id=extended.id, versions=versions), parents))


def families_of(policies: Sequence[Policy]) -> tuple[tuple[PolicyFamily, ...], tuple[Diagnostic, ...]]:
    """Policies by their id, each with its versions from the earliest; two of one version are reported."""
    by_id: dict[str, dict[str, Policy]] = {}
    found: list[Diagnostic] = []
    for policy in policies:
        versions = by_id.setdefault(policy.header.id.id, {})
        first = versions.get(policy.header.id.version)
        same_day = next(
            (one for one in versions.values() if one.header.in_force_from == policy.header.in_force_from),
            None,
        )
        if first is not None or same_day is not None:
            found.append(_clash(first or same_day or policy, policy))
        else:
            versions[policy.header.id.version] = policy
    families = tuple(
        PolicyFamily(
            id=name, versions=tuple(sorted(versions.values(), key=lambda policy: policy.header.in_force_from))
        )
        for name, versions in by_id.items()
    )
    return families, tuple(found)


def _clash(first: Policy, second: Policy) -> Diagnostic:
    same = first.header.id == second.header.id
    return Diagnostic(
        code="E0536",
        message=f"{second.header.id} is there twice"
        if same
        else f"{first.header.id} and {second.header.id} come into force on the same day",
        span=second.header.span,
        labels=(Label(first.header.span, "the other one"),),
        help="give each version its own number and its own first day",
    )


def _one(
    found: tuple[Sequence[Bundle], Sequence[Diagnostic]], path: Path, search: Sequence[Path]
) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    bundles, problems = found
    if len(bundles) == 1 and not has_errors(problems):
        return _check(bundles[0], Parents(tuple(search)))
    if len(bundles) > 1:
        several = Diagnostic(
            code="E0535",
            message=f"`{path}` holds {len(bundles)} policies",
            help="name the folder of one of them: " + ", ".join(f"`{bundle.name}`" for bundle in bundles),
        )
        return None, (several, *problems)
    return None, tuple(problems)


def _check(bundle: Bundle, parents: Parents) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """Parse, find what is extended, check; what has a mistake in its syntax is checked as far as it goes."""
    tree, found = parents.tree(bundle)
    below, missing = parents.below(tree)
    if missing:
        return None, in_order((*found, *missing))
    policy, sense = parents.checked(tree, below)
    if has_errors(found):
        sense = tuple(one for one in sense if one.code != "E0521")
    told = in_order((*found, *sense))
    return (None if has_errors(told) else policy), told
