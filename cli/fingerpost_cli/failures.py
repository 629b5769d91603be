"""What to say when something went wrong: one clear sentence, and a code that a script can rely on."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence

import click

from fingerpost_cli.places import called
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic

FINDINGS = 1
"""The exit code for errors in a policy, tests that fail, files that are not laid out."""
UNUSABLE = 2
"""The exit code for wrong use, or input that cannot be read."""


class Findings(click.ClickException):
    """Ends the command with what was found, shown on standard error."""

    exit_code = FINDINGS

    def __init__(self, diagnostics: Sequence[Diagnostic], summary: str) -> None:
        super().__init__(summary)
        self.diagnostics = tuple(diagnostics)

    def show(self, file: object = None) -> None:
        """Print every finding, then the sentence that sums them up."""
        if self.diagnostics:
            click.echo(report.text(self.diagnostics, called=called), err=True)
        click.echo(self.message, err=True)


class UnusableData(Findings):
    """The same for data that cannot be read."""

    exit_code = UNUSABLE


class Unusable(click.ClickException):
    """Wrong use, or input without a place in a file: one clear sentence."""

    exit_code = UNUSABLE


def unusable(sentence: str) -> Unusable:
    """An error to raise."""
    return Unusable(sentence)


def our_mistake(error: Exception) -> str:
    """What to say about an exception that nobody expected.

    With FINGERPOST_TRACEBACK set, with its traceback.
    """
    where = traceback.extract_tb(error.__traceback__)
    place = f" in {where[-1].name}, {where[-1].filename}:{where[-1].lineno}" if where else ""
    said = f"This is a mistake of ours, not yours: {type(error).__name__}{place}: {error}"
    if os.environ.get("FINGERPOST_TRACEBACK"):
        return "".join(traceback.format_exception(error)) + said
    return f"{said}\nPlease report it; FINGERPOST_TRACEBACK=1 shows more. No output file was touched."
