"""`fingerpost draw`: every view of a policy, of a pupil, or of two policies, as a picture or as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from fingerpost.writers.whole import write_whole
from fingerpost_cli import options
from fingerpost_cli.dates import DATE
from fingerpost_cli.failures import unusable
from fingerpost_cli.files import keep_apart
from fingerpost_cli.policies import Chosen, choose
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import nearest
from fingerpost_visualiser import CannotDrawError, Options, Scene, ThemeError, draw, read_theme

if TYPE_CHECKING:
    from fingerpost.evaluate import Session

VIEWS = ("pathway", "pathways", "tiers", "responsibilities", "pupil", "difference", "timeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user asked to see."""

    view: str
    pathway: str | None
    role: str | None
    against: str | None
    history: str | None
    pupil: str | None
    on: dt.date | None
    known_on: dt.date | None


@click.command("draw")
@click.argument("policy_name", metavar="P")
@click.option("--view", type=click.Choice(VIEWS), default="pathway", show_default=True, help="What to draw.")
@click.option(
    "--pathway",
    metavar="NAME",
    help="Which pathway; the policy's first if not given. For a pupil or a difference: that pathway alone.",
)
@click.option("--role", metavar="NAME", help="Of responsibilities, only those of this role.")
@click.option("--against", metavar="P", help="Of a difference, the earlier policy.")
@click.option(
    "--history", metavar="HISTORY", help="Of a pupil or timeline, the folder or file with their marks."
)
@click.option("--pupil", metavar="ID", help="Which pupil; not needed where the history has one.")
@click.option("--on", type=DATE, metavar="DATE", help="The date to decide for; the last one with a mark.")
@options.known_on_option
@click.option(
    "--theme",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Colours of your own, in YAML; they are held to the contrast that everybody can read.",
)
@click.option(
    "--paper",
    type=click.Choice(["a4", "a3"]),
    help="The page of a PDF, landscape; the smaller one on which it can be read, if not given.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="By its ending: svg, png, pdf, html, dot, mmd (Mermaid), txt or md (the picture in words); "
    "xlsx or docx (who does what); pptx (a deck of the whole policy).",
)
@options.path_option
@options.examples(
    "fingerpost draw england -o pathway.svg",
    "fingerpost draw england --view tiers -o tiers.pdf",
    "fingerpost draw england --view pathways -o wall.pdf",
    "fingerpost draw england --view pupil --history school/ --pupil P0412 -o P0412.html",
    "fingerpost draw england@2024.08 --view difference --against england@2022.09 -o changes.png",
)
def draw_command(
    *,
    policy_name: str,
    view: str,
    pathway: str | None,
    role: str | None,
    against: str | None,
    history: str | None,
    pupil: str | None,
    on: dt.date | None,
    known_on: dt.date | None,
    theme: Path | None,
    paper: str | None,
    output: Path,
) -> None:
    """Draw a policy: a pathway, the tiers, who does what, one pupil, a difference, a pupil's year."""
    keep_apart(output, policy_name, *(one for one in (against, history) if one is not None))
    asked = Asked(
        view=view,
        pathway=pathway,
        role=role,
        against=against,
        history=history,
        pupil=pupil,
        on=on,
        known_on=known_on,
    )
    _check(asked, output.suffix.lower())
    chosen = choose(policy_name)
    try:
        how = Options(paper=paper) if theme is None else Options(theme=read_theme(theme), paper=paper)
        ending = output.suffix.lower()
        if ending in _OFFICE:
            write_whole(output, _OFFICE[ending](asked, chosen, how))
        else:
            draw(_scene(asked, chosen), output, how)
    except (CannotDrawError, ThemeError, ValueError) as error:
        raise unusable(f"{str(error)[:1].upper()}{str(error)[1:]}") from error
    except OSError as error:
        raise unusable(f"Cannot write {output}: {error.strerror or error}.") from error
    click.echo(f"Wrote {output}.", err=True)


def _check(asked: Asked, ending: str) -> None:
    """An option that another view takes, or one that is missing, is an error of use."""
    takes = {
        "--pathway": (asked.pathway, ("pathway", "pupil", "difference")),
        "--role": (asked.role, ("responsibilities",)),
        "--against": (asked.against, ("difference",)),
        "--history": (asked.history, ("pupil", "timeline")),
        "--pupil": (asked.pupil, ("pupil", "timeline")),
        "--on": (asked.on, ("pupil", "timeline")),
        "--known-on": (asked.known_on, ("pupil", "timeline")),
    }
    for option, (value, views) in takes.items():
        if value is not None and asked.view not in views and not (ending == ".pptx" and "pupil" in views):
            raise unusable(f"{option} goes with --view {' or '.join(views)}.")
    if asked.view == "difference" and asked.against is None:
        raise unusable("A difference has two sides: say the earlier policy with --against.")
    if asked.view in ("pupil", "timeline") and ending != ".pptx" and asked.history is None:
        raise unusable("A pupil's picture needs their marks: say where they are with --history.")


def _scene(asked: Asked, chosen: Chosen) -> Scene:
    from fingerpost_visualiser.extras import needs

    needs("networkx")
    match asked.view:
        case "pupil" | "timeline":
            return _of_pupil(asked, chosen)
        case "difference":
            return _difference(asked, chosen)
        case _:
            return _of_policy(asked, chosen.version or chosen.family.versions[-1])


# --- office files ---------------------------------------------------------------------------------


def _table(asked: Asked, chosen: Chosen, how: Options, ending: str) -> bytes:
    from fingerpost_visualiser.office.document import document
    from fingerpost_visualiser.office.workbook import workbook

    if asked.view != "responsibilities":
        raise unusable(f"A {ending} holds who does what: say --view responsibilities.")
    policy = chosen.version or chosen.family.versions[-1]
    _known_role(asked, policy)
    return (workbook if ending == ".xlsx" else document)(policy, how.theme, asked.role)


def _deck(asked: Asked, chosen: Chosen, how: Options) -> bytes:
    """The whole policy to teach from; without a history, with pupils of the made-up school."""
    from fingerpost.evaluate import Session
    from fingerpost_visualiser.office.deck import deck

    if asked.history is not None:
        from fingerpost_cli.commands.explain import one_pupil
        from fingerpost_cli.histories import last_marked, load

        data = load(asked.history, chosen, keep_going=False)
        on = asked.on or last_marked(data)
        named = [one_pupil(data, asked.pupil)] if asked.pupil is not None else list(data.pupils)[:_EXERCISES]
        session = Session.open(chosen.judged_by, data, on, asked.known_on)
        return deck(chosen.on(on), how.theme, session, named)
    policy = chosen.version or chosen.family.versions[-1]
    if not policy.header.id.id.startswith("england.") and policy.header.extends is None:
        return deck(policy, how.theme)
    from fingerpost_simulations.hillview import LAST_DAY, STORIES, hillview

    session = Session.open(policy, hillview(per_year=1), LAST_DAY)
    return deck(policy, how.theme, session, [story.person.id for story in STORIES[:_EXERCISES]])


_EXERCISES = 3

_OFFICE: dict[str, Callable[[Asked, Chosen, Options], bytes]] = {
    ".xlsx": lambda asked, chosen, how: _table(asked, chosen, how, ".xlsx"),
    ".docx": lambda asked, chosen, how: _table(asked, chosen, how, ".docx"),
    ".pptx": _deck,
}
"""Files that are made from the policy and not from one picture."""


def _known_role(asked: Asked, policy: Policy) -> None:
    if asked.role is not None and asked.role not in policy.roles:
        _no_such("role", asked.role, list(policy.roles))


def _of_policy(asked: Asked, policy: Policy) -> Scene:
    from fingerpost_visualiser.views.pathway import pathway_view
    from fingerpost_visualiser.views.pathways import pathways_view
    from fingerpost_visualiser.views.responsibilities import responsibilities_view
    from fingerpost_visualiser.views.tiers import tiers_view

    if asked.view in ("pathway", "pathways") and not policy.pathways:
        raise unusable(f"{policy.header.id} has no pathway.")
    match asked.view:
        case "pathways":
            return pathways_view(policy)
        case "tiers":
            return tiers_view(policy)
        case "responsibilities":
            _known_role(asked, policy)
            return responsibilities_view(policy, asked.role)
        case _:
            return pathway_view(policy, _pathway(asked.pathway or next(iter(policy.pathways)), policy))


def _difference(asked: Asked, chosen: Chosen) -> Scene:
    from fingerpost_visualiser.views.difference import difference_view, pathway_difference

    earlier = choose(asked.against or "")
    before = earlier.version or earlier.family.versions[-1]
    after = chosen.version or chosen.family.versions[-1]
    if asked.pathway is None:
        return difference_view(before, after)
    for policy in (before, after):
        _pathway(asked.pathway, policy)
    return pathway_difference(before, after, asked.pathway)


def _of_pupil(asked: Asked, chosen: Chosen) -> Scene:
    from fingerpost.evaluate import Session
    from fingerpost_cli.commands.explain import one_pupil
    from fingerpost_cli.histories import last_marked, load
    from fingerpost_visualiser.views.pupil import pupil_pathway, pupil_tiers
    from fingerpost_visualiser.views.timeline import timeline_view

    data = load(asked.history or "", chosen, keep_going=False)
    pupil = one_pupil(data, asked.pupil)
    on = asked.on or last_marked(data)
    policy = chosen.on(on)
    session: Session = Session.open(chosen.judged_by, data, on, asked.known_on)
    if asked.view == "timeline":
        return timeline_view(policy, session, pupil)
    if asked.pathway is None:
        return pupil_tiers(policy, session, pupil)
    return pupil_pathway(policy, session, pupil, _pathway(asked.pathway, policy))


def _pathway(name: str, policy: Policy) -> str:
    if name not in policy.pathways:
        _no_such("pathway", name, list(policy.pathways))
    return name


def _no_such(kind: str, name: str, known: list[str]) -> NoReturn:
    near = nearest(name, known)
    raise unusable(f"There is no {kind} `{name}`." + (f" Did you mean `{near}`?" if near else ""))
