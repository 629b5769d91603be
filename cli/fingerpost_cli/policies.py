"""Which policy is meant by P.

A folder or file, `england` (whatever is in force on the date), or `england@2022.09`.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

import fingerpost_policies
from fingerpost_cli.failures import Findings, unusable
from fingerpost_cli.options import SEARCHED
from fingerpost_cli.places import shipped_root
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic, has_errors
from fingerpost_dsl.load import editions_in, load_policies
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording.amounts import say_date

if TYPE_CHECKING:
    from fingerpost.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A policy as the user named it: a family, or one version named outright."""

    said: str
    family: PolicyFamily
    version: Policy | None = None

    @property
    def judged_by(self) -> Policy | PolicyFamily:
        """What the engine is given."""
        return self.version or self.family

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that data may use."""
        from fingerpost.vocabulary import Vocabulary

        return Vocabulary.from_policies(*self.family.versions)

    def on(self, date: dt.date) -> Policy:
        """The version that judges a date; an error of use where none does."""
        found = self.version or self.family.in_force_on(date)
        if found is None:
            known = ", ".join(
                f"{one.header.id.version} from {say_date(one.header.in_force_from)}"
                for one in self.family.versions
            )
            last = self.family.versions[-1].header.id.version
            raise unusable(
                f"No version of `{self.said}` is in force on {say_date(date)}; there is {known}. "
                f"To use one outright, name it: `{self.said}@{last}`."
            )
        return found


def searched() -> tuple[Path, ...]:
    """The folders in which what a policy extends is looked for: those of `--path`, then the shipped ones."""
    context = click.get_current_context(silent=True)
    given: tuple[Path, ...] = () if context is None else context.meta.get(SEARCHED, ())
    return (*given, shipped_root())


def shipped() -> dict[str, tuple[Path, ...]]:
    """The folders of the shipped editions, by the name under which they are asked for."""
    return fingerpost_policies.named()


def choose(said: str) -> Chosen:
    """The policy of that name or path. Errors in it end the command with all of them listed.

    A shipped policy comes without its tests: those have been run before it was shipped, and reading them
    would take as long as reading all the rest.
    """
    name, version = _name_and_version(said)
    paths = shipped().get(name, ())
    is_shipped = bool(paths)
    if not is_shipped:
        if not os.path.exists(name):  # noqa: PTH110 (unlike a Path, it says no to a name that is too long)
            raise unusable(_no_policy(name))
        paths = (Path(name),)
    families, found = load_policies(paths, search=searched(), tests=not is_shipped, before=True)
    stop_for_errors(found)
    if len(families) != 1:
        ids = ", ".join(f"`{family.id}`" for family in families)
        raise unusable(
            f"`{name}` holds {len(families)} policies ({ids}); name the folder of one of them."
            if families
            else f"There is no policy in `{name}`."
        )
    family = families[0]
    if not version:
        return Chosen(said=name, family=family)
    one = family.version(version)
    if one is None:
        raise unusable(_no_version(name, version, [policy.header.id.version for policy in family.versions]))
    return Chosen(said=name, family=family, version=one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The files and folders of policies that are read whole, tests and all."""

    paths: tuple[Path, ...]
    around: tuple[Path, ...] = ()
    """Where the other versions of those lie of which one is meant: what they extend, and their calendars."""
    own: tuple[Path, ...] = ()
    """The paths that are not ours."""

    @property
    def searched(self) -> tuple[Path, ...]:
        """The folders in which what they extend is looked for, beside those they are in."""
        return (*self.around, *searched())


def whole(names: Sequence[str]) -> Whole:
    """The policies of these paths, or names as in `choose`; without a version all its editions are meant.

    What is there under a path is meant first.
    """
    found = [_whole(name) for name in names]
    return Whole(
        paths=tuple(path for one in found for path in one.paths),
        around=tuple(path for one in found for path in one.around),
        own=tuple(path for one in found for path in one.own),
    )


def _whole(said: str) -> Whole:
    if os.path.exists(said):  # noqa: PTH110 (as above)
        return Whole(paths=(Path(said),), own=(Path(said),))
    name, version = _name_and_version(said)
    if folders := shipped().get(name, ()):
        found = tuple(folder for folder in folders if not version or folder.name == version)
        if not found:
            raise unusable(_no_version(name, version, [folder.name for folder in folders]))
        return Whole(paths=found)
    if not os.path.exists(name):  # noqa: PTH110 (as above)
        raise unusable(_no_policy(name))
    there = editions_in(Path(name))
    paths = tuple(path for one, path in there if one.version == version)
    if not paths:
        raise unusable(_no_version(name, version, sorted({one.version for one, _ in there})))
    return Whole(paths=paths, around=(Path(name),), own=paths)


def _name_and_version(said: str) -> tuple[str, str]:
    """`england@2024.08` in two; without a version the second is blank."""
    name, sign, version = said.partition("@")
    if not name or (sign and not version):
        raise unusable(f"`{said}` names no policy; write `england`, `england@2024.08`, or a path.")
    return name, version


def _no_version(name: str, version: str, known: Sequence[str]) -> str:
    there_is = f"there is {', '.join(known)}" if known else "no header in it says one"
    return f"`{name}` has no version `{version}`; {there_is}."


def _no_policy(name: str) -> str:
    near = get_close_matches(name, shipped(), n=1)
    guess = f" Did you mean `{near[0]}`?" if near else ""
    known = ", ".join(f"`{one}`" for one in shipped())
    return f"There is no policy `{name}`: no file or folder, and none of ours ({known}).{guess}"


def stop_for_errors(found: tuple[Diagnostic, ...]) -> None:
    """End the command if a policy has errors."""
    if has_errors(found):
        errors = [diagnostic for diagnostic in found if diagnostic.is_error]
        raise Findings(errors, f"The policy has mistakes ({report.summary(errors)}); nothing was evaluated.")
