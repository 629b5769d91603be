"""`fingerpost explain`: one pupil, or everybody whom an action concerns.

Why, why not, what next, what to find out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click

from fingerpost.evaluate import Session
from fingerpost.explain import Explanation, explain_in
from fingerpost.history import History
from fingerpost.render.explanation_json import explanations_json
from fingerpost.render.html import officer_html, parent_html
from fingerpost.render.items import TO_DO
from fingerpost.render.officer import officer_text
from fingerpost.render.parent import parent_text
from fingerpost.render.words import plain_date
from fingerpost.rules import pathway_of
from fingerpost_cli import options
from fingerpost_cli.failures import unusable
from fingerpost_cli.files import keep_apart, keep_to_name, put
from fingerpost_cli.histories import last_marked, load, tracked
from fingerpost_cli.policies import choose
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import nearest, nearest_rule

FORMATS = ("text", "json", "html")
FOR_PARENTS = ("text", "html")
"""A parent's view is for people to read."""
GROUPS = (Subject.FAMILY, Subject.COHORT, Subject.SCHOOL, Subject.AUTHORITY)


@click.command("explain")
@options.history_argument
@options.policy_option
@options.on_option
@options.known_on_option
@click.option("--pupil", metavar="ID", help="The pupil; not needed where the history has one.")
@click.option(
    "--action", metavar="NAME", help="Only this action or step; without --pupil, everybody it concerns."
)
@click.option(
    "--subject",
    "sort",
    type=click.Choice([one.value for one in GROUPS]),
    help="Instead of a pupil, what is asked of every family, cohort, school or authority itself.",
)
@click.option(
    "--for",
    "audience",
    type=click.Choice(["officer", "parent"]),
    default="officer",
    show_default=True,
    help="Who will read it; a parent's view leaves out what is not theirs to see.",
)
@click.option("--parent", metavar="ID", help="Which parent will read it, for --for parent.")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to show it.",
)
@options.output_option
@options.keep_going_option
@options.all_option
@options.examples(
    'fingerpost explain school/ --on "15 November 2024" --pupil P0412',
    "fingerpost explain school/ --pupil P0412 --for parent",
    "fingerpost explain school/ --action settle_n",
    "fingerpost explain school/ --subject school",
)
def explain_command(
    *,
    history: str,
    policy_name: str,
    on: dt.date | None,
    known_on: dt.date | None,
    pupil: str | None,
    action: str | None,
    sort: str | None,
    audience: str,
    parent: str | None,
    format: str,
    output: Path | None,
    keep_going: bool,
    everything: bool,
) -> None:
    """Say why, why not, what next and what to find out.

    HISTORY is a folder of CSV or Parquet tables, an .xlsx workbook with these as sheets, a .json file, or -
    for JSON from the standard input.
    """
    if parent is not None and audience != "parent":
        raise unusable("--parent says which parent will read it: add --for parent.")
    if audience == "parent" and format not in FOR_PARENTS:
        raise unusable("The parent's view is for people to read: ask for text or html.")
    keep_apart(output, history, policy_name)
    keep_to_name(output, format, FOR_PARENTS if audience == "parent" else FORMATS)
    chosen = choose(policy_name)
    data = load(history, chosen, keep_going=keep_going)
    date = on or last_marked(data)
    policy = chosen.on(date)
    if action is not None and action not in policy.actions and action not in policy.steps:
        near = nearest_rule(action, {rule.name: rule.title for rule in policy.rules()})
        guess = f" Did you mean `{near}`?" if near else ""
        raise unusable(f"The policy has no action or step `{action}`.{guess}")
    session = Session.open(chosen.judged_by, data, date, known_on)
    group = Subject(sort) if sort is not None else _group_of(action, policy)
    if group is not None:
        if audience == "parent" or pupil is not None:
            raise unusable(
                f"What is asked of each {group.value} is not a pupil's: leave out --pupil and --for."
            )
        found = list(_of_groups(session, group, action))
        if not found:
            put(f"{_said(action, group)} on {plain_date(date)}.\n", output)
            return
    elif pupil is None and action is not None and len(data.pupils) != 1:
        if audience == "parent":
            raise unusable("A parent's view is of one pupil: say which with --pupil.")
        found = list(_concerned(session, data, date, action))
        if not found:
            put(f"`{action}` concerns nobody on {plain_date(date)}.\n", output)
            return
    elif audience == "parent":
        decision = session.decide(data.pupils[one_pupil(data, pupil)])
        found = [Explanation(decision=decision, endings=(), not_now=())]
    else:
        subject = one_pupil(data, pupil, ", or which --action")
        found = [explain_in(session, subject, rules=None if action is None else [action])]
    if parent is not None and parent not in [one.id for one in data.pupils[found[0].decision.id].parents]:
        raise unusable(f"The pupil has no parent `{parent}`.")
    put(_shown(found, policy, audience, parent, format, action=action, everything=everything), output)


def _group_of(action: str | None, policy: Policy) -> Subject | None:
    """The group of which an action is asked, if it is none of a pupil or parent."""
    rule = policy.actions.get(action or "") or policy.steps.get(action or "")
    if rule is None:
        return None
    pathway = pathway_of(rule, policy)
    subject = pathway.subject if pathway else rule.subject
    return subject if subject in GROUPS else None


def _of_groups(session: Session, group: Subject, action: str | None) -> Iterator[Explanation]:
    """Every group of a sort for which there is anything to say; about an action, to do."""
    for subject, name, within in session.groups():
        if subject is group:
            decision = session.decide_group(subject, name, within)
            todo = [one for one in decision.recommendations if one.name == action and one.status in TO_DO]
            if todo or (action is None and (decision.recommendations or decision.not_known)):
                yield Explanation(decision=decision, endings=(), not_now=())


def _said(action: str | None, group: Subject) -> str:
    return f"`{action}` concerns nobody" if action else f"There is nothing to say of any {group.value}"


def one_pupil(history: History, pupil: str | None, otherwise: str = "") -> str:
    """The pupil of that id, or the only one; an error of use otherwise, with a guess.

    `otherwise` is what else can be said of the command, where no pupil is named.
    """
    if pupil is None:
        if len(history.pupils) == 1:
            return next(iter(history.pupils))
        raise unusable(f"There are {len(history.pupils):,} pupils: say which with --pupil{otherwise}.")
    if pupil not in history.pupils:
        near = nearest(pupil, list(history.pupils))
        guess = f" Did you mean `{near}`?" if near else ""
        raise unusable(f"The history has no pupil `{pupil}`.{guess}")
    return pupil


def _concerned(session: Session, history: History, on: dt.date, action: str) -> Iterator[Explanation]:
    """Everybody for whom there is something to do about an action.

    Without what would change it, for brevity.
    """
    pupils = [pupil for pupil in history.pupils.values() if pupil.is_on_roll(on)]
    for pupil in tracked(pupils, len(pupils), "Explaining"):
        decision = session.decide(pupil)
        if any(one.name == action and one.status in TO_DO for one in decision.recommendations):
            yield Explanation(decision=decision, endings=(), not_now=())


def _shown(
    found: list[Explanation],
    policy: Policy,
    audience: str,
    parent: str | None,
    format: str,
    *,
    action: str | None,
    everything: bool,
) -> str:
    width = min(options.width(), 110)
    match format, audience:
        case "json", _:
            return explanations_json(found, policy)
        case "html", "officer":
            return officer_html(found, policy, only=action, everything=everything)
        case "html", _:
            return parent_html(found[0], policy, reader=parent)
        case _, "officer":
            texts = (
                officer_text(one, policy, width=width, only=action, everything=everything) for one in found
            )
            return "\n".join(texts)
        case _:
            return parent_text(found[0], policy, reader=parent, width=width)
