"""What the files of policies are called: those that are shipped as in the repository, wherever they lie."""

from __future__ import annotations

from pathlib import Path

import fingerpost_policies
from fingerpost_dsl.source import Location


def shipped_root() -> Path:
    """The folder in which the shipped policies lie, where local ones find what they extend."""
    return Path(fingerpost_policies.__file__).resolve().parent


def called(file: str) -> str:
    """A file of a shipped policy is called as in the repository, any other as the user called it."""
    root = shipped_root()
    return Path(file).relative_to(root).as_posix() if Path(file).is_relative_to(root) else file


def place(span: Location) -> str:
    """File, line and column: `england/2024.08/06-tiers.policy:25:11`."""
    return f"{called(span.file)}:{span.line}:{span.column}"
