"""Bundles: the files that make up one policy."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.reading import read
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.spellings import SUFFIX, SUFFIXES, YAML_SUFFIXES, is_yaml, parse_either

TESTS = "tests"
CALENDARS = "calendars"
_HEADER = re.compile(r'^[ \t\ufeff]*policy\s+[A-Za-z_][\w.]*\s+"', re.MULTILINE)
_YAML_HEADER = re.compile(r"""^\ufeff?["']?policy\s+[A-Za-z_][\w.]*["']?\s*:""", re.MULTILINE)
_YAML_DECLARATION = re.compile(
    r"""^\ufeff?["']?(?:[A-Za-z_]\w*[ ]+[^\s#:][^\n]*|policy)["']?[ ]*:(?:\s|$)""", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The texts of one policy, in order, and what could not be read of them."""

    name: str
    texts: tuple[SourceText, ...]
    problems: tuple[Diagnostic, ...] = ()


def texts_bundle(texts: Mapping[str, str]) -> Bundle:
    """A policy that is not in files."""
    sources = tuple(SourceText(name, texts[name]) for name in sorted(texts))
    return Bundle(name=next(iter(sorted(texts)), "policy"), texts=sources)


def file_bundle(path: Path) -> tuple[tuple[Bundle, ...], tuple[Diagnostic, ...]]:
    """The policy that one file is; none, with the reason, if it cannot be read."""
    text, problems = read(path)
    return ((), problems) if problems else ((Bundle(str(path), (text,)),), ())


def bundles_in(path: Path, *, tests: bool = True) -> tuple[tuple[Bundle, ...], tuple[Diagnostic, ...]]:
    """The policies that a file or folder holds. Problems are about the folder.

    Those of files are in their bundle. Without `tests`, the files in folders called `tests` are left out.
    """
    if not path.is_dir():
        return file_bundle(path)
    files = [file for file in policy_files(path) if tests or TESTS not in file.relative_to(path).parts[:-1]]
    if not files:
        return (), (
            Diagnostic(
                code="E0535",
                message=f"`{path}` holds no policy",
                help=f"a policy's files end in `{SUFFIX}` or `{YAML_SUFFIXES[0]}`",
            ),
        )
    read_files = {file: read(file) for file in files}
    headers = {file for file, (text, _) in read_files.items() if has_header(text)}
    groups, loose = grouped(path, files, headers)
    bundles = tuple(
        Bundle(
            str(root),
            tuple(read_files[file][0] for file in members),
            tuple(problem for file in members for problem in read_files[file][1]),
        )
        for root, members in groups
    )
    problems = tuple(
        Diagnostic(
            code="E0535",
            message=f"`{file.name}` belongs to no policy",
            span=read_files[file][0].span(0, 0),
            help="there are several policies in folders beside it: move it into one of them",
        )
        for file in loose
    )
    return bundles, problems


def policy_files(folder: Path) -> list[Path]:
    """Every policy file inside a folder, in the order of paths. Links out of it are not followed.

    A file in YAML is one if it declares something: calendars and settings are written in YAML too.
    """
    inside = folder.resolve()
    found = (
        file
        for file in folder.rglob("*")
        if file.suffix in SUFFIXES
        and file.is_file()
        and file.resolve().is_relative_to(inside)
        and (not is_yaml(file.name) or _declares(file, file.relative_to(folder).parts[:-1]))
    )
    return sorted(found, key=lambda file: file.relative_to(folder).parts)


def _declares(file: Path, folders: Sequence[str]) -> bool:
    """Whether a YAML file has a key of two words, as declarations have, and settings have not."""
    if CALENDARS in folders:
        return False
    text, problems = read(file)
    return bool(problems) or _YAML_DECLARATION.search(text.text) is not None


def has_header(source: SourceText) -> bool:
    """Whether a text seems to have a header: a quick look, before anything is parsed."""
    header = _YAML_HEADER if is_yaml(source.name) else _HEADER
    return header.search(source.text) is not None


def grouped(
    folder: Path, files: Sequence[Path], headers: Collection[Path]
) -> tuple[list[tuple[Path, list[Path]]], list[Path]]:
    """The files of each policy, with the folder that it fills; and files that stand beside several policies.

    A folder with at most one header inside it is one policy, and so is one with a header of its own and
    others further in (whose check then names the second). Of several files with headers side by side each is
    a policy. Otherwise each folder inside is looked at in its turn.
    """
    inside = [file for file in files if file.is_relative_to(folder)]
    within = [file for file in inside if file in headers]
    own = [file for file in within if file.parent == folder]
    if len(within) <= 1 or len(own) == 1:
        return [(folder, inside)], []
    groups = [(file, [file]) for file in own]
    loose = [file for file in inside if file.parent == folder and file not in headers]
    children = {folder / file.relative_to(folder).parts[0] for file in inside if file.parent != folder}
    for child in sorted(children):
        below, astray = grouped(child, inside, headers)
        if any(file in headers for _, members in below for file in members):
            groups.extend(below)
            loose.extend(astray)
        else:
            loose.extend(file for _, members in below for file in members)
    return groups, loose


def joined(bundle: Bundle) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
    """All declarations of a policy as one tree, and what is wrong with the syntax."""
    declarations: list[syntax.Declaration] = []
    unread: list[syntax.Name] = []
    found: list[Diagnostic] = list(bundle.problems)
    for text in bundle.texts:
        file, problems = parse_either(text)
        declarations.extend(file.declarations)
        unread.extend(file.unread)
        found.extend(problems)
    span = bundle.texts[0].span(0, 0) if bundle.texts else SourceText(bundle.name, "").span(0, 0)
    return syntax.File(declarations=tuple(declarations), unread=tuple(unread), span=span), tuple(found)
