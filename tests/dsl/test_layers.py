"""Layers: what a local policy changes, removes and adds, and where everything comes from."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from fingerpost_dsl import syntax
from fingerpost_dsl.checker import check
from fingerpost_dsl.diagnostics import Diagnostic, Label, has_errors
from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.declarations import Modality
from fingerpost_dsl.model.policy import Policy, PolicyId
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText, Span

HEADER = """policy local.attendance "A local policy"
  version 2025.1
  language 1
  extends test.attendance 2024.1
  by local_authority
  in force from 1 September 2025
"""
BELOW = PolicyId(id="test.attendance", version="2024.1")
LOCAL = PolicyId(id="local.attendance", version="2025.1")


def tree(text: str, name: str = "local.policy") -> syntax.File:
    file, problems = parse(SourceText(name, text))
    assert problems == ()
    return file


def preamble() -> syntax.File:
    return tree(Path(__file__).with_name("preamble.policy").read_text(encoding="utf-8"), "preamble.policy")


def local(text: str) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    return check(tree(HEADER + text), below=(preamble(),))


def sound(text: str) -> Policy:
    policy, found = local(text)
    assert policy is not None, "\n".join(map(str, found))
    return policy


def test_a_policy_that_changes_nothing_is_the_one_below_but_for_its_header() -> None:
    policy = sound("")
    base, _ = check(preamble())
    assert base is not None
    assert [header.id for header in policy.layers] == [BELOW, LOCAL]
    assert replace(policy, header=base.header, layers=base.layers) == base
    assert set(policy.origins.values()) == {BELOW}
    assert policy.changes == ()


def test_findings_about_the_policy_below_are_not_said_again() -> None:
    assert local("")[1] == ()


def test_a_changed_threshold_keeps_its_origin_and_its_bounds_and_says_why() -> None:
    policy = sound('change threshold line to 8% because "earlier"')
    changed = policy.thresholds["line"]
    assert changed.value == Quantity(Fraction(8, 100), Unit.SHARE)
    assert changed.is_open
    assert changed.bounds is not None
    assert changed.because == "earlier"
    assert policy.origins["line"] == BELOW
    change = policy.changes[0]
    assert (change.kind, change.name, change.by) == ("threshold", "line", LOCAL)
    assert (change.removed, change.clauses) == (False, ("value",))


def test_both_bounds_are_included() -> None:
    for share in ("5%", "15%"):
        sound(f'change threshold line to {share} because "so"')
    for share in ("4%", "16%"):
        assert [one.code for one in local(f'change threshold line to {share} because "so"')[1]] == ["E0418"]


def test_what_is_added_is_the_local_policy_s_own() -> None:
    policy = sound('event visit "Visit"\naction call "Call"\n  school should "call"\n  done when visit')
    assert policy.origins["call"] == policy.origins["visit"] == LOCAL
    assert list(policy.actions) == ["talk", "call"]


def test_a_changed_set_of_codes_is_changed_wherever_it_is_used() -> None:
    base = HEADER + 'measure away "Away" = count of holiday in this term\n'
    policy = sound(base.removeprefix(HEADER) + 'change codes holiday to "G", "M" because "so"')
    counted = policy.measures["away"].value
    assert isinstance(counted, ex.CountOfMarks)
    assert counted.marks.codes == {"G", "M"}
    assert policy.code_sets["holiday"].because == "so"


def test_a_change_replaces_the_clauses_that_it_gives_and_leaves_the_others() -> None:
    policy = sound(
        """
change action talk school should not "talk at length"
  within 5 school days
  because "short is better"
change tier over_the_line
  when absence is at least 6%
  because "wider"
change measure absence to share of absent in this term because "nearer"
change condition struggling to support is declined because "simpler"
"""
    )
    talk = policy.actions["talk"]
    assert (talk.modality, talk.text) == (Modality.SHOULD_NOT, "talk at length")
    assert talk.within is not None
    assert isinstance(talk.within.amount, ex.Literal)
    assert talk.tier is not None
    assert talk.done_when
    assert talk.because == "short is better"
    tier = policy.tiers["over_the_line"]
    assert tier.continues == "all_pupils"
    assert isinstance(tier.when[0], ex.Compare)
    assert policy.measures["absence"].because == "nearer"
    assert isinstance(policy.conditions["struggling"].condition, ex.Is)
    assert [change.clauses for change in policy.changes] == [
        ("norm", "within"),
        ("when",),
        ("value",),
        ("value",),
    ]


def test_what_is_removed_is_gone_and_remembered() -> None:
    policy = sound('remove action talk because "we call instead"')
    assert policy.actions == {}
    assert "talk" not in policy.origins
    removed = policy.changes[0]
    assert (removed.removed, removed.name, removed.because) == (True, "talk", "we call instead")


def test_what_is_removed_may_be_declared_anew_by_the_next_layer() -> None:
    middle = tree(HEADER + 'remove action talk because "we call instead"', "middle.policy")
    top_header = HEADER.replace("local.attendance", "trust.attendance").replace(
        "extends test.attendance 2024.1", "extends local.attendance 2025.1"
    )
    top = tree(top_header + 'action talk "Talk"\n  school should "talk again"', "top.policy")
    policy, found = check(top, below=(preamble(), middle))
    assert policy is not None, found
    assert policy.actions["talk"].text == "talk again"
    assert [header.id.id for header in policy.layers] == [
        "test.attendance",
        "local.attendance",
        "trust.attendance",
    ]


def test_a_removal_points_at_what_still_uses_the_name() -> None:
    policy, found = local('remove tier over_the_line because "no"')
    assert policy is None
    assert [one.code for one in found] == ["E0407"]
    label = found[0].labels[0]
    assert isinstance(label, Label)
    assert isinstance(label.span, Span)
    assert (label.span.file, label.span.text) == ("preamble.policy", "over_the_line")


def test_a_unit_that_does_not_fit_is_shown_as_the_manual_shows_it() -> None:
    _, found = local('change threshold talk_within to 10 days because "so"')
    (only,) = found
    assert only.code == "E0312"
    assert only.message == "`talk_within` is counted in school days; `10 days` are calendar days"
    assert only.note == "weekends and holidays included"
    assert only.labels[0].message == "open to you, in school days"
    assert only.help == "write `10 school days`"
    assert only.fix is not None
    assert (only.fix.span.text, only.fix.text) == ("10 days", "10 school days")


def test_what_is_fixed_names_the_passage_that_fixes_it() -> None:
    _, found = local('change threshold limit to 12 sessions because "so"')
    (only,) = found
    assert only.code == "E0417"
    assert only.message == "a local policy may not change `limit`"
    assert only.note == "fixed: it cites GUIDE line (statutory guidance)"


def test_a_change_that_breaks_something_below_is_an_error_there() -> None:
    policy, found = local('change measure absence to count of absent in this term because "simpler"')
    assert policy is None
    assert has_errors(found)
    assert {one.span.file for one in found if isinstance(one.span, Span)} == {"preamble.policy"}


def test_a_header_keeps_whom_it_binds() -> None:
    policy, _ = check(tree(HEADER + "  binds school, officer\n"), below=(preamble(),))
    assert policy is not None
    assert policy.header.binds == ("school", "officer")
    assert policy.header.extends == BELOW
    assert policy.header.in_force_from == dt.date(2025, 9, 1)
