"""Who there is: ids that the eye can tell apart, and nobody born after their first mark."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter

from fingerpost.history import slot_date
from fingerpost.readers.draft import Draft, DraftPupil, Owner
from fingerpost.readers.problems import Problems, Where


def check_people(draft: Draft, problems: Problems) -> None:
    """Notes ids with something invisible in them, and births that cannot be; such pupils are left out."""
    for pupil in list(draft.pupils.values()):
        before = problems.errors
        _check_ids("parent", pupil.parents, problems)
        if not _is_clear("pupil", pupil, problems) or not _is_born(pupil, problems):
            del draft.pupils[pupil.id]
            problems.leave_out("pupils")
        elif problems.errors > before:
            pupil.parents = {name: one for name, one in pupil.parents.items() if not invisible(name)}
    at = {draft.school_of(pupil): pupil.school_where for pupil in reversed(draft.pupils.values())}
    for school in draft.schools.values():
        _is_clear("school", school, problems, school.where or at.get(school.id))
    _check_ids("authority", draft.authorities, problems)


def invisible(text: str) -> str:
    r"""The first character of an id that nobody sees; empty if there is none.

    >>> invisible("P1\u200b") == "\u200b", invisible("St Mary’s, 2")
    (True, '')
    """
    if text.isprintable():
        return ""
    return next(
        (sign for sign in text if not sign.isprintable() and (sign in "\t\n\r" or not sign.isspace())), ""
    )


def _check_ids(what: str, owners: Mapping[str, Owner], problems: Problems) -> None:
    for owner in owners.values():
        _is_clear(what, owner, problems)


def _is_clear(what: str, owner: Owner, problems: Problems, where: Where = None) -> bool:
    sign = invisible(owner.id)
    if not sign:
        return True
    problems.add(
        "E0604",
        f"the id of the {what} `{owner.id}` holds a character that nobody sees (U+{ord(sign):04X})",
        where or owner.where,
        help="type the id again, in every table in which it stands",
    )
    return False


def _is_born(pupil: DraftPupil, problems: Problems) -> bool:
    if pupil.date_of_birth is None or not pupil.marks:
        return True
    first = slot_date(min(map(itemgetter(0), pupil.marks)))
    if pupil.date_of_birth <= first:
        return True
    problems.add(
        "E0617",
        f"`{pupil.id}` was born on {pupil.date_of_birth}, after their first mark on {first}",
        pupil.where,
        help="correct the date of birth, or that of the mark",
    )
    return False
