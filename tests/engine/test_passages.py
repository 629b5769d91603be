"""What the sources ask and where a policy says it; who is asked for what."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from fingerpost import load_policy, versions_of
from fingerpost.passages import SourceCoverage, source_coverage
from fingerpost.render.passages import coverage_object, coverage_page, coverage_text, responsibilities_page
from fingerpost.responsibilities import Responsibility, responsibilities
from fingerpost_dsl.model.policy import Policy
from fingerpost_policies import folders, named
from tests.engine.meanings.asking import policy_of

DECLARED = """passage GUIDE.help "Help early"
passage GUIDE.never "Nobody asks for this"
source LAW "An act"
  weight law
passage LAW.register "Keep a register"
tier at_risk "At risk" continues everyone when share of absent in this academic year is at least 5%
tier often "Often absent" continues at_risk
  when share of absent in this academic year is at least 10% cites GUIDE.line
action meet "Meet the family" school should "meet" with officer in tier at_risk within 5 school days
  cites GUIDE.help
action wait "Wait" school may "wait" only in tier at_risk cites GUIDE.help
action keep "Keep a register" school must "keep a register" for each school cites LAW.register
  cites GUIDE.help
action praise "Praise" school should "praise" every term ours "it helps"
action stray "Stray" school should "stray"
pathway court "To court" for each parent enforcement cites GUIDE.line
step warn of court "Warn" officer must "consider warning" starts here when support is declined
  cites LAW.register
"""


@cache
def policy() -> Policy:
    return policy_of(DECLARED)


def coverage() -> SourceCoverage:
    return source_coverage(policy())


def row(name: str) -> Responsibility:
    return next(one for one in responsibilities(policy()) if one.name == name)


def test_a_passage_has_every_declaration_that_cites_it() -> None:
    """Actions and steps with who is asked; a tier and a pathway by what they are."""
    cited = {one.passage.name: [citing.name for citing in one.citing] for one in coverage().passages}
    assert cited["GUIDE.help"] == ["meet", "wait", "keep"]
    assert cited["GUIDE.line"] == ["often", "court"]
    assert cited["LAW.register"] == ["keep", "warn"]


def test_a_passage_that_nothing_cites_is_a_gap_and_a_rule_that_cites_nothing_an_orphan() -> None:
    """What gives a reason of its own is no orphan."""
    assert [one.passage.name for one in coverage().gaps] == ["GUIDE.never"]
    assert [one.name for one in coverage().orphans] == ["stray"]
    text = coverage_text(coverage(), 100)
    assert "Nothing cites GUIDE.never." in text
    assert "These cite nothing: stray (policy:" in text


@pytest.mark.parametrize(
    ("name", "tiers"), [("meet", ("at_risk", "often")), ("wait", ("at_risk",)), ("keep", ())]
)
def test_a_responsibility_holds_in_its_tier_and_those_that_continue_it(
    name: str, tiers: tuple[str, ...]
) -> None:
    """With `only`, in that one."""
    assert row(name).tiers == tiers


@pytest.mark.parametrize(
    ("name", "weight"), [("meet", "guidance"), ("keep", "law"), ("praise", "ours"), ("warn", "law")]
)
def test_the_weight_is_the_heaviest_of_what_is_cited(name: str, weight: str) -> None:
    assert row(name).weight.value == weight


def test_text_page_and_data_say_the_same() -> None:
    """Each names every passage and every rule."""
    every = (coverage_text(coverage(), 100), coverage_page(coverage()), str(coverage_object(coverage())))
    for shown in every:
        assert all(one.name in shown for one in responsibilities(policy()) if one.cites)
    page = responsibilities_page(coverage())
    assert "| pupils (only at risk) | may | guidance | wait |  |" in page
    assert "| each school | must | law | keep a register |  |" in page
    assert "| each parent (to court) | must | law | consider warning |  |" in page


@pytest.mark.parametrize("name", [name for name in named() if name.startswith("local/")])
def test_a_local_example_has_no_gap_and_no_orphan(name: str) -> None:
    """The same of what a local example adds."""
    (shipped,) = versions_of(load_policy(name))
    found = source_coverage(shipped)
    assert [one.passage.name for one in found.gaps] == []
    assert [one.name for one in found.asked if not one.cites] == []


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_a_shipped_edition_has_no_gap_and_no_orphan(folder: Path) -> None:
    """Every passage is cited; every action and step cites one."""
    shipped = load_policy(f"england@{folder.name}")
    assert isinstance(shipped, Policy)
    found = source_coverage(shipped)
    assert [one.passage.name for one in found.gaps] == []
    assert [one.name for one in found.asked if not one.cites] == []
