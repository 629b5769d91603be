"""The header: what a policy is called, from when it is in force, what it extends."""

from __future__ import annotations

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.dates import date_of, ordered
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.texts import optional, role, roles
from fingerpost_dsl.model.policy import Header, PolicyId
from fingerpost_dsl.units import shown

LANGUAGE = 1
"""The version of the language that this package reads."""


def the_header(file: syntax.File) -> tuple[syntax.Policy | None, list[Diagnostic]]:
    """The one `policy` declaration of a policy."""
    headers = [one for one in file.declarations if isinstance(one, syntax.Policy)]
    if not headers:
        return None, [
            Diagnostic(
                code="E0521",
                message="this is no policy: no file of it has a header",
                span=file.span.source.span(0, 0),
                help='begin with `policy NAME "Title"`, its `version` and from when it is `in force`',
            )
        ]
    further = [
        Diagnostic(
            code="E0522",
            message=f"a second header, of `{again.name.text}`",
            span=again.name.span,
            labels=(Label(headers[0].name.span, "the first"),),
            help="a policy is one file or one folder with one header: move one of them to its own folder",
        )
        for again in headers[1:]
    ]
    return headers[0], further


def policy_id(declared: syntax.Policy) -> PolicyId:
    """`england.attendance 2024.08`; without a version, a question mark."""
    return PolicyId(id=declared.name.text, version="?" if declared.version is None else declared.version.text)


def extended_id(declared: syntax.Policy) -> PolicyId | None:
    """The policy that this one extends."""
    extends = declared.extends
    return None if extends is None else PolicyId(id=extends.policy.text, version=extends.version.text)


def header(declared: syntax.Policy, scope: Scope) -> Header | None:
    """The header as the model keeps it; what it lacks is reported."""
    _language(declared, scope)
    if declared.version is None:
        help_ = "add `version`, such as `version 2025.1`"
        _missing("E0523", declared, f"`{declared.name.text}` has no version", help_, scope)
    if declared.in_force is None:
        help_ = "add `in force from`, and a date"
        _missing(
            "E0524", declared, f"`{declared.name.text}` does not say from when it is in force", help_, scope
        )
    else:
        ordered(declared.in_force.first, declared.in_force.last, scope)
    if declared.extends is not None and declared.by is None:
        help_ = "add `by` and the role that writes it, such as `by local_authority`"
        _missing("E0526", declared, f"`{declared.name.text}` does not say who writes it", help_, scope)
    superseded, version = declared.supersedes, declared.version
    if superseded is not None and version is not None and superseded.text == version.text:
        message = f"`{version.text}` supersedes itself"
        help_ = "name the version before it, or leave `supersedes` out"
        scope.report(Diagnostic(code="E0501", message=message, span=superseded.span, help=help_))
    if declared.version is None or declared.in_force is None:
        return None
    return Header(
        id=policy_id(declared),
        title=declared.title.text,
        language=LANGUAGE,
        status=optional(declared.status),
        in_force_from=declared.in_force.first.date,
        in_force_until=date_of(declared.in_force.last),
        extends=extended_id(declared),
        supersedes=None if declared.supersedes is None else declared.supersedes.text,
        by=role(declared.by, scope),
        binds=roles(declared.binds, scope),
        last_checked=date_of(declared.last_checked),
        span=declared.span,
    )


def _language(declared: syntax.Policy, scope: Scope) -> None:
    if declared.language == LANGUAGE:
        return
    said = "no language" if declared.language is None else f"language {declared.language}"
    message = f"`{declared.name.text}` says {said}; this program reads language {LANGUAGE}"
    _missing("E0525", declared, message, f"write `language {LANGUAGE}`", scope)


def _missing(code: str, declared: syntax.Policy, message: str, advice: str, scope: Scope) -> None:
    scope.report(Diagnostic(code=code, message=message, span=declared.name.span, help=advice))


def outlives(below: syntax.Policy, local: syntax.Policy) -> list[Diagnostic]:
    """A policy holds on no day on which what it extends does not: both places are shown (meaning 28)."""
    if below.in_force is None or local.in_force is None:
        return []
    first, last = below.in_force.first, below.in_force.last
    start, end = local.in_force.first, local.in_force.last
    if start.date < first.date:
        said, meant = f"from {shown(start.span)}", f"only from {shown(first.span)}"
        advice = f"write `in force from {shown(first.span)}`, or extend the version that was in force before"
    elif last is not None and start.date > last.date:
        said, meant = f"from {shown(start.span)}", f"only until {shown(last.span)}"
        advice = "extend the version that comes after it"
    elif last is not None and end is not None and end.date > last.date:
        said, meant = f"until {shown(end.span)}", f"only until {shown(last.span)}"
        advice = f"end it on {shown(last.span)}, and write a version that extends what comes after"
    else:
        return []
    return [
        Diagnostic(
            code="E0412",
            message=f"`{policy_id(local)}` is in force {said}, `{policy_id(below)}` {meant}",
            span=local.in_force.span,
            labels=(Label(below.in_force.span, "what it extends"),),
            help=advice,
        )
    ]
