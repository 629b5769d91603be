"""What the workbooks of `evaluate` show: columns of the work list and of numbers, and what they rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from fingerpost.render.csv_form import COLUMNS
from fingerpost.render.words import long_date
from fingerpost.render.worklist import policy_name
from fingerpost.writers.workbook import Column, List
from fingerpost_dsl.model.policy import Policy

_WORK_LIST = (
    Column("school", "the pupil's school, or the one that is asked", 14),
    Column("subject", "whom the row is about: a pupil, parent, family, cohort, school or authority", 9),
    Column("id", "the id of whom it is about", 14),
    Column("pupil", "the id of the pupil, where it is about one or about a parent", 14),
    Column("year_group", "the pupil's year group; 0 is reception", 8),
    Column(
        "tiers", "the tiers in which the pupil is; provisional or unknown ones say so", 28, is_wrapped=True
    ),
    Column("name", "what the policy calls the action or step", 24, is_wrapped=True),
    Column("text", "what is to be done, in the policy's words", 60, is_wrapped=True),
    Column(
        "status",
        "where it stands on the date, such as due, overdue, ongoing or done",
        11,
        stands_out="overdue",
    ),
    Column("due", "by when; blank where there is no deadline, or its date is not known", 13),
    Column("triggered", "since when it is asked for", 13),
    Column("parent", "the id of the parent whom it concerns", 14),
    Column(
        "occasion", "the sessions that it is about, where it is asked for each occasion", 24, is_wrapped=True
    ),
    Column("actor", "the role that has to act", 24, is_wrapped=True),
    Column("usually_by", "the role that usually does it for them", 24, is_wrapped=True),
    Column("modality", "must, should or may", 10),
    Column("weight", "what it rests on: the law, statutory guidance, or less", 18, is_wrapped=True),
    Column("applies", "true, or unknown where an answer is missing that would settle it", 9),
    Column("provisional", "yes where it rests on few sessions so far", 11),
    Column(
        "deadline_weight",
        "whose the deadline is: the law's, the guidance's, or our own target",
        18,
        is_wrapped=True,
    ),
    Column("cites", "the passages of the sources that it rests on", 32, is_wrapped=True),
    Column("policy", "the policy and its version", 28, is_wrapped=True),
    Column("on", "the date as on which everything is worked out", 13),
)
assert tuple(column.name for column in _WORK_LIST) == COLUMNS

_NUMBERS = (
    Column("by", "what pupils are grouped by", 14),
    Column("group", "the group", 24),
    Column("measure", "which pupils of the group are counted", 32),
    Column("pupils", "how many they are; blank where the number is held back", 10),
    Column("percent", "of the group's pupils, where the group has enough of them", 10),
    Column("held_back", "yes where a number is small, or would give one away that is", 11),
)


_DECIDES_NOTHING = (
    "What the policy asks for, worked out from these records. It decides nothing: a person does, and asks "
    "first what the records do not say."
)
_ONE_TABLE = "That holds for one table: two of the same pupils by other groups may say more together."


def work_list(policy: Policy, on: dt.date, known_on: dt.date | None, source: str) -> List:
    """A row for each recommendation, with the columns of the CSV."""
    return List(
        name="Work list",
        columns=_WORK_LIST,
        kept=4,
        about=(
            *_rests_on("Work list", policy, on, known_on, source),
            ("What it is", _DECIDES_NOTHING),
            (
                "Why a row is there",
                "`fingerpost explain` gives the reasons of each, the marks counted, and the source.",
            ),
            ("Whom it is about", "Children and their parents, by id. Keep it as you keep the register."),
        ),
    )


def numbers(policy: Policy, on: dt.date, known_on: dt.date | None, source: str, threshold: int) -> List:
    """Numbers of pupils by group."""
    return List(
        name="Numbers",
        columns=_NUMBERS,
        about=(
            *_rests_on("Numbers of pupils", policy, on, known_on, source),
            (
                "What is held back",
                f"Numbers from 1 to {threshold - 1}, and what would give them away. {_ONE_TABLE}",
            ),
        ),
    )


def _rests_on(
    what: str, policy: Policy, on: dt.date, known_on: dt.date | None, source: str
) -> Sequence[tuple[str, str]]:
    """As on which date, by which policy, from which data."""
    known = [("As it was known on", long_date(known_on))] if known_on else []
    return (
        (what, long_date(on)),
        *known,
        ("Policy", policy.header.title),
        ("Version", policy_name(policy, on)),
        ("Records", "the standard input" if source == "-" else source),
    )
