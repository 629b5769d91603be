"""The gallery of the manual: every view of the shipped policies, as pictures and in words.

    python -m fingerpost_cli.gallery docs/gallery
    python -m fingerpost_cli.gallery --screenshots build/screenshots

Pupils are those of the made-up school. It takes about a minute; a test holds the words to the policies. The
second command, which needs Chromium (the extra `browser`), draws every view as a page as well, and takes a
picture of each as a browser shows it, in the light and in the dark.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fingerpost.evaluate import Session
from fingerpost.writers.whole import write_whole
from fingerpost_cli.policies import choose, shipped
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.hillview import LAST_DAY, STORIES, hillview
from fingerpost_visualiser import CannotDrawError, Scene, draw
from fingerpost_visualiser.browser import screenshots
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.text import markdown
from fingerpost_visualiser.views.difference import difference_view, pathway_difference
from fingerpost_visualiser.views.pathway import pathway_view
from fingerpost_visualiser.views.pathways import pathways_view
from fingerpost_visualiser.views.pupil import pupil_pathway, pupil_tiers
from fingerpost_visualiser.views.responsibilities import responsibilities_view
from fingerpost_visualiser.views.tiers import tiers_view
from fingerpost_visualiser.views.timeline import timeline_view

NATIONAL = ("england@2024.08", "england@2022.09")
PUPILS = 3
_PATHWAY = "legal_intervention"
_SCHOOL = "fingerpost-demo/school"

_OPENING = """# Gallery

Every view of the policies that come with Fingerpost. Pupils are made up.
Under each picture stands the command that draws it, and the picture in words.
End the file's name in `.html` for a page that says more about each box, in `.pdf` for paper.
[Pictures](../pictures.md) has all of them.

This page is made by `python -m fingerpost_cli.gallery docs/gallery`.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the gallery: its file, the heading it stands under, and what draws it."""

    name: str
    heading: str
    scene: Scene
    command: str


def shown() -> Iterator[Shown]:
    """Every picture, in order."""
    for name in (*NATIONAL, *(name for name in shipped() if name.startswith("local/"))):
        chosen = choose(name)
        policy = chosen.version or chosen.family.versions[-1]
        yield from _of_policy(name, policy)
    yield from _of_both()
    yield from _of_pupils()


def _of_policy(name: str, policy: Policy) -> Iterator[Shown]:
    heading = f"{policy.header.title} ({policy.header.id})"
    file = name.replace("@", "-").replace("/", "-")
    own = policy.header.extends is None
    if policy.tiers:
        command = f"draw {name} --view tiers -o tiers.svg"
        yield Shown(f"{file}-tiers", heading, tiers_view(policy), command)
    for pathway in policy.pathways:
        if own or _is_from(policy, pathway):
            command = f"draw {name} --pathway {pathway} -o pathway.svg"
            yield Shown(
                f"{file}-{pathway.replace('_', '-')}", heading, pathway_view(policy, pathway), command
            )
    if own:
        command = f"draw {name} --view pathways --paper a3 -o wall.pdf"
        yield Shown(f"{file}-pathways", heading, pathways_view(policy), command)
        command = f"draw {name} --view responsibilities -o who-does-what.svg"
        yield Shown(f"{file}-who-does-what", heading, responsibilities_view(policy), command)
    else:
        command = f"draw {name} --view difference --against {NATIONAL[0]} -o changes.svg"
        yield Shown(f"{file}-changes", heading, difference_view(_national(NATIONAL[0]), policy), command)


def _is_from(policy: Policy, pathway: str) -> bool:
    """Whether a local policy added it: those that it inherits are shown with the national policy."""
    parent = choose("england@2024.08").version
    return parent is None or pathway not in parent.pathways


def _of_both() -> Iterator[Shown]:
    after, before = (_national(name) for name in NATIONAL)
    heading = "What the guidance of August 2024 changed"
    command = f"draw {NATIONAL[0]} --view difference --against {NATIONAL[1]}"
    yield Shown("changes", heading, difference_view(before, after), f"{command} -o changes.svg")
    one = f"{command} --pathway {_PATHWAY} -o changes.svg"
    yield Shown("changes-legal-intervention", heading, pathway_difference(before, after, _PATHWAY), one)


def _of_pupils() -> Iterator[Shown]:
    policy = _national(NATIONAL[0])
    session = Session.open(policy, hillview(per_year=1), LAST_DAY)
    for story in STORIES[:PUPILS]:
        pupil = story.person.id
        heading = f"Pupil {pupil}, who is made up: {story.about}"
        asked = f"draw {NATIONAL[0]} --history {_SCHOOL} --pupil {pupil} --view"
        yield Shown(
            f"{pupil}-year", heading, timeline_view(policy, session, pupil), f"{asked} timeline -o year.svg"
        )
        tiers = pupil_tiers(policy, session, pupil)
        yield Shown(f"{pupil}-tiers", heading, tiers, f"{asked} pupil -o tiers.svg")
        scene = pupil_pathway(policy, session, pupil, _PATHWAY)
        command = f"{asked} pupil --pathway {_PATHWAY} -o route.svg"
        yield Shown(f"{pupil}-route", heading, scene, command)


def _national(name: str) -> Policy:
    policy = choose(name).version
    assert policy is not None
    return policy


def page(pictures: list[Shown]) -> str:
    """The page that shows the pictures."""
    lines = [_OPENING]
    heading = ""
    for one in pictures:
        if one.heading != heading:
            heading = one.heading
            lines += [f"## {heading}", ""]
        title = visible(one.scene.title)
        lines += [
            f"### {title}",
            "",
            f"[![{title}]({one.name}.svg)]({one.name}.svg)",
            "",
            f"`fingerpost {one.command}` · [in words]({one.name}.md)",
            "",
        ]
    return "\n".join(lines)


def main(folder: Path) -> None:
    """Make the gallery in a folder."""
    pictures = list(shown())
    folder.mkdir(parents=True, exist_ok=True)
    for one in pictures:
        draw(one.scene, folder / f"{one.name}.svg")
        write_whole(folder / f"{one.name}.md", markdown(one.scene))
    write_whole(folder / "README.md", page(pictures))


def photograph(folder: Path) -> None:
    """Draw every picture as a page, and take pictures of the pages in a browser."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in shown():
        draw(one.scene, folder / f"{one.name}.html")
    for shot in screenshots(folder, folder):
        sys.stdout.write(f"Wrote {shot}.\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--screenshots", into]:
            try:
                photograph(Path(into))
            except CannotDrawError as missing:
                sys.exit(str(missing))
        case [into]:
            main(Path(into))
        case _:
            sys.exit("python -m fingerpost_cli.gallery [--screenshots] FOLDER")
