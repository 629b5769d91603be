"""Layers: what a local policy changes, removes and adds, and where everything comes from."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from fingerpost_dsl import syntax
from fingerpost_dsl.checker import check
from fingerpost_dsl.diagnostics import Diagnostic, Label, has_errors
from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.declarations import Modality
from fingerpost_dsl.model.policy import Effect, Policy, PolicyId
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText, Span

HEADER = """policy local.attendance "A local policy"
  version 2025.1
  language 1
  extends test.attendance 2024.1
  by local_authority
  binds school
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
    policy, _ = check(tree(HEADER.replace("binds school", "binds school, officer")), below=(preamble(),))
    assert policy is not None
    assert policy.header.binds == ("school", "officer")
    assert policy.header.extends == BELOW
    assert policy.header.in_force_from == dt.date(2025, 9, 1)


EFFECTS = {
    'change action talk school may "talk with the family" expires after 3 weeks because "so"': Effect.WEAKER,
    'change action talk within 20 school days because "so"': Effect.WEAKER,
    'change action talk within 9 school days because "so"': Effect.STRONGER,
    'change action talk within 10 school days because "so"': Effect.OTHER,
    'change action talk within 2 weeks because "so"': Effect.OTHER,
    'change action talk when ill is no because "so"': Effect.WEAKER,
    'change action talk unless ill is yes because "so"': Effect.WEAKER,
    'change action talk stands until done because "so"': Effect.STRONGER,
    'change action talk within 5 school days unless ill is yes because "so"': Effect.OTHER,
    'change action talk school should "talk and listen" because "so"': Effect.OTHER,
    'change action talk officer should "talk with the family" because "so"': Effect.OTHER,
    'change action talk school should not "talk with the family" because "so"': Effect.OTHER,
    'change tier over_the_line when absence is at least line and ill is no because "so"': Effect.WEAKER,
    'change tier over_the_line when absence is at least 12% because "so"': Effect.WEAKER,
    'change tier over_the_line when absence is at least 8% because "so"': Effect.STRONGER,
    'change tier over_the_line when absence is at least line or ill is yes because "so"': Effect.STRONGER,
    'change threshold line to 12% because "so"': Effect.WEAKER,
    'change threshold line to 8% because "so"': Effect.STRONGER,
    'change threshold talk_within to 11 school days because "so"': Effect.WEAKER,
    'change threshold talk_within to 9 school days because "so"': Effect.STRONGER,
    'change measure absence to share of absent in this term because "so"': Effect.OTHER,
    'change bar no_third when notices is at least most_notices or ill is yes because "so"': Effect.WEAKER,
    'remove action talk because "so"': Effect.WEAKER,
    'remove condition struggling because "so"': Effect.OTHER,
    'bar later "Later" stops talk when ill is yes ours "so"': Effect.WEAKER,
}


@pytest.mark.parametrize("change", EFFECTS, ids=EFFECTS)
def test_a_change_is_labelled_by_its_effect(change: str) -> None:
    """Meaning 29: weaker, stronger, or something else."""
    (only,) = sound(change).changes
    assert only.effect is EFFECTS[change]
    assert only.because == "so"


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ("every term", "every academic year", Effect.WEAKER),
        ("every term", "every half term", Effect.STRONGER),
        ("every term", "2 times every term", Effect.STRONGER),
        ("every 2 weeks", "every 3 weeks", Effect.WEAKER),
    ],
)
def test_a_rarer_every_is_weaker(before: str, after: str, effect: Effect) -> None:
    middle = tree(
        HEADER
        + f'event visit "Visit"\naction call "Call"\n  officer should "call"\n  {before}\n  done when visit',
        "middle.policy",
    )
    policy, found = check(top(f'change action call {after} because "so"'), below=(preamble(), middle))
    assert policy is not None, found
    assert policy.changes[-1].effect is effect


def test_a_lower_modality_is_weaker_and_a_higher_one_stronger() -> None:
    rule = 'event visit "Visit"\naction call "Call"\n  officer {} "call"\n  done when visit'
    for before, after, effect in (
        ("should", "may", Effect.WEAKER),
        ("should", "must", Effect.STRONGER),
        ("may", "should", Effect.STRONGER),
    ):
        middle = tree(HEADER + rule.format(before), "middle.policy")
        changed = top(f'change action call officer {after} "call" because "so"')
        policy, found = check(changed, below=(preamble(), middle))
        assert policy is not None, found
        assert policy.changes[-1].effect is effect


def top(text: str, by: str = "local_authority") -> syntax.File:
    """A policy over the local one."""
    header = HEADER.replace("local.attendance", "top.attendance").replace(
        "extends test.attendance 2024.1", "extends local.attendance 2025.1"
    )
    return tree(header.replace("local_authority", by) + text, "top.policy")


def test_what_one_layer_makes_open_is_open_to_the_next_within_its_bounds() -> None:
    middle = tree(HEADER + 'change threshold line to 8% open from 6% to 9% because "so"', "middle.policy")
    for share, codes in (("6%", []), ("9%", []), ("5%", ["E0418"]), ("10%", ["E0418"])):
        changed = top(f'change threshold line to {share} because "so"')
        found = check(changed, below=(preamble(), middle))[1]
        assert [one.code for one in found] == codes, share


def test_what_a_layer_adds_is_fixed_for_the_next_as_everything_is() -> None:
    """A council's own `must` and `should` bind a school that lays its policy over the council's."""
    middle = tree(
        HEADER
        + """
threshold soon "Soon" = 5 school days
  ours "a target"
event visit "Visit"
action call "Call"
  officer should "call"
  within soon
  done when visit
action jot "Note"
  officer must "note it"
  done when visit
""",
        "middle.policy",
    )
    for change, code in (
        ('change threshold soon to 9 school days because "so"', "E0417"),
        ('change action call within 9 school days because "so"', "E0419"),
        ('remove action jot because "so"', "E0417"),
    ):
        found = check(top(change, by="school"), below=(preamble(), middle))[1]
        assert [one.code for one in found] == [code]
        assert isinstance(found[0].labels[0].span, Span)
        assert found[0].labels[0].span.file == "middle.policy"


def test_what_a_layer_removed_and_the_next_one_changes_is_shown_at_both_places() -> None:
    middle = tree(HEADER + 'remove action talk because "we call instead"', "middle.policy")
    found = check(top('change action talk within 5 school days because "so"'), below=(preamble(), middle))[1]
    assert [one.code for one in found] == ["E0405"]
    label = found[0].labels[0]
    assert isinstance(label.span, Span)
    assert (label.span.file, label.message) == ("middle.policy", "removed here")


def test_a_further_condition_and_a_further_bar_may_be_laid_on_enforcement() -> None:
    policy = sound(
        'change step issue unless ill is yes because "not while ill"\n'
        'bar late "Late" stops issue when support is fully ours "support comes first"'
    )
    assert [change.effect for change in policy.changes] == [Effect.WEAKER, Effect.WEAKER]
    assert policy.steps["issue"].unless


def test_both_limits_are_told_in_one_run() -> None:
    found = local(
        'change threshold limit to 12 sessions because "so"\n'
        'action fine_all "Fine"\n  officer may "fine {fine}"\n  when ill is no\n'
    )[1]
    assert [one.code for one in found if one.is_error] == ["E0417", "E0421"]


@pytest.mark.parametrize(
    ("clause", "named"),
    [
        ("when absence is at least 6%", "when"),
        ("provisional below 30 sessions", "provisional_below"),
        ("left when absence is less than 3%", "left_when"),
        ("cites GUIDE.line", "cites"),
        ('ours "so it was agreed"', "ours"),
    ],
)
def test_each_clause_of_a_tier_may_be_given_by_a_change(clause: str, named: str) -> None:
    """A changed tier is the one that would have been declared so, and the change names the clause."""
    changed = sound(f'change tier over_the_line {clause} because "so"')
    written = sound(f'tier other "Over the line" continues all_pupils when absence is at least line {clause}')
    if named == "when":
        written = sound(f'tier other "Over the line" continues all_pupils {clause}')
    tier = changed.tiers["over_the_line"]
    assert replace(tier, name="other", because=None) == written.tiers["other"]
    assert [one.clauses for one in changed.changes] == [(named,)]


def test_codes_may_be_changed_to_those_of_another_set_without_some() -> None:
    policy = sound('change codes holiday to unauthorised except "N" because "so"')
    written = sound('codes other "Holiday" = unauthorised except "N"').code_sets["other"].marks
    assert replace(policy.code_sets["holiday"].marks, name="other") == written
    assert written != sound('codes other "Holiday" = unauthorised').code_sets["other"].marks
    assert [(one.name, one.clauses) for one in policy.changes] == [("holiday", ("members",))]


def test_a_removal_names_what_it_took_out_and_who_did() -> None:
    policy = sound('remove action talk because "nobody talks"')
    (change,) = policy.changes
    assert (change.by, change.kind, change.name, change.removed) == (LOCAL, "action", "talk", True)
    assert str(change.span).startswith("local.policy:8:1")
