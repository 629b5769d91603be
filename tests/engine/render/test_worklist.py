"""The work list: one line a pupil, by owner, safety first."""

import re
from dataclasses import replace

from fingerpost.decision import Status
from fingerpost.render.items import TO_DO, items
from fingerpost.render.worklist import Listing, worklist
from fingerpost_simulations.hillview import LAST_DAY
from tests.engine.render.made import england, stories


def listing(*, everything: bool = False, width: int = 110) -> str:
    about = Listing(
        school="Hillview Primary", on=LAST_DAY, pupils=18, everything=everything, width=width, longest_group=6
    )
    return worklist(stories(), england(), about)


def test_safety_comes_before_any_percentage() -> None:
    """The groups of safeguarding actions stand before every other line."""
    groups = [line for line in listing().splitlines() if line.isupper() or line.startswith("SAFETY")]
    assert groups[0].startswith("SAFETY FIRST")
    text = listing()
    assert text.index("P0555") < text.index("attended")
    assert text.index("P0231") < text.index("attended")


def test_safety_comes_first_where_things_are_counted_too() -> None:
    """What falls to the authority is counted, not listed: a child's safety before what is more."""
    counted = listing().split("\nLOCAL AUTHORITY · ")[1].split("): ", 1)[0].split(": ", 1)[1]
    assert counted.startswith(("watch for safeguarding issues", "bring the safeguarding partners together"))


def test_half_a_list_does_not_stand_for_the_whole() -> None:
    """`see that school, children's social care and other …` is not cut to `see that school`."""
    authority = listing(everything=True).split("SAFETY FIRST · LOCAL AUTHORITY")[1]
    found = re.search(r"P0555  Y2  (.*?)  ", authority)
    assert found is not None
    assert found[1] == "bring the safeguarding partners together"


def test_a_must_of_the_guidance_comes_before_what_is_late_by_our_own_target() -> None:
    """`consider a penalty notice` is above what missed a target that nobody but us set."""
    champion = listing().split("\nSENIOR ATTENDANCE CHAMPION")[-1]
    first = next(line for line in champion.splitlines() if " P" in line)
    assert "P0412" in first
    assert "must, statutory guidance" in first


def test_one_line_a_pupil_in_each_group() -> None:
    """What else there is for a pupil is counted behind the first."""
    group = listing(everything=True).split("\nSENIOR ATTENDANCE CHAMPION")[-1].split("\n\n")[0]
    pupils = [line.split()[1 if "!" in line else 0] for line in group.splitlines()[1:]]
    assert len(pupils) == len(set(pupils))


def test_no_line_is_wider_than_asked() -> None:
    """The list keeps to the width of the terminal, but for a remark that will not fit."""
    assert all(len(line) <= 110 + 6 for line in listing().splitlines())
    assert all(len(line) <= 132 + 6 for line in listing(width=132).splitlines())


def test_texts_begin_in_one_column_with_year_ten() -> None:
    """`Y10` is wider than `Y9`."""
    told = [replace(one, year_group=9 + number % 2) for number, one in enumerate(stories())]
    about = Listing(school="Hillview", on=LAST_DAY, pupils=18, everything=True, width=110, longest_group=6)
    groups = worklist(told, england(), about).split("\n\n")
    places = [re.findall(r"^ [ !]  P\d{4}  Y\d+ +", group, re.MULTILINE) for group in groups]
    assert any("Y10" in "".join(found) and "Y9" in "".join(found) for found in places)
    assert all(len({len(place) for place in found}) <= 1 for found in places)


def test_the_order_is_total() -> None:
    """The order of the decisions changes nothing."""
    assert [item.one.key for item in items(stories(), england())] == [
        item.one.key for item in items(reversed(stories()), england())
    ]


def test_what_is_done_or_barred_is_not_to_do() -> None:
    """A barred step is on nobody's list."""
    assert TO_DO.isdisjoint({Status.DONE, Status.BARRED, Status.UNKNOWN, Status.LAPSED, Status.EXPIRED})


def test_a_pupil_with_marks_alone_is_provisional_and_listed() -> None:
    """P0501 is new, only marks are known, and the list says that it is provisional."""
    line = next(line for line in listing(everything=True).splitlines() if " P0501 " in line)
    assert "provisional" in line
    assert "only provisional tiers" in listing()
