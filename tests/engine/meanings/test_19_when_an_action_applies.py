"""Meaning 19: tier, when, unless and bar."""

import pytest

from tests.engine.meanings.asking import ask

PRESENT = "present from 4 September 2024 to 17 September 2024"
TIERS = """measure absence "M" = share of absent in this academic year
tier low "Low" when absence is at least 10%
tier middle "Middle" continues low when absence is at least 20%
tier high "High" continues middle when absence is at least 50%
action in_low "A" school should "a" in tier low
action in_middle "A" school should "a" in tier middle
action only_low "A" school should "a" only in tier low
action only_middle "A" school should "a" only in tier middle
condition in_ "C" = in tier low
condition out "C" = not in tier low
"""


@pytest.mark.parametrize(
    ("absent", "expected"),
    [
        (1, ("false", "false", "false", "false")),
        (2, ("true", "false", "true", "false")),
        (3, ("true", "false", "true", "false")),
        (4, ("true", "true", "false", "true")),
        (9, ("true", "true", "false", "true")),
        (10, ("true", "true", "false", "false")),
    ],
)
def test_in_a_tier_or_in_any_that_continues_it(absent: int, expected: tuple[str, ...]) -> None:
    """`in tier T` holds in T and in every tier that continues T; `only in tier T` not in those."""
    asked = ask(TIERS, f'marks "{"/" * (20 - absent)}{"I" * absent}" from 4 September 2024', "2024-09-17")
    names = ("in_low", "in_middle", "only_low", "only_middle")
    assert tuple(asked.rule(name).applies for name in names) == expected
    assert (asked.truth("in_"), asked.truth("out")) == (
        expected[0],
        "true" if expected[0] == "false" else "false",
    )


def test_a_tier_that_continues_another_counts_though_the_others_own_conditions_fail() -> None:
    """Whoever is in a tier that continues T is in T, even where T's own conditions do not hold."""
    tiers = """tier low "Low" when support is fully
tier high "High" continues low when support is declined
action a "A" school should "a" in tier low
action b "B" school should "a" only in tier low"""
    asked = ask(tiers, PRESENT + " given support is declined", "2024-09-17")
    assert (asked.tier("low"), asked.rule("a").applies, asked.rule("b").applies) == ("holds", "true", "false")


ACTION = """action a "A" school should "a"
  when support is declined
  when checked is yes
  unless asked is yes"""


@pytest.mark.parametrize(
    ("facts", "applies"),
    [
        ("support is declined given checked is yes given asked is no", "true"),
        ("support is fully given checked is yes given asked is no", "false"),
        ("support is declined given checked is no given asked is no", "false"),
        ("support is declined given checked is yes given asked is yes", "false"),
        ("support is declined given checked is yes", "unknown"),
        ("support is declined given asked is no", "unknown"),
        ("support is fully", "false"),
        ("asked is yes", "false"),
    ],
)
def test_all_when_and_no_unless(facts: str, applies: str) -> None:
    """An action applies when every `when` holds and no `unless` does.

    One that fails settles it, whatever is unknown.
    """
    assert ask(ACTION, f"{PRESENT} given {facts}", "2024-09-17").rule().applies == applies


def test_the_exception_stays_named_in_the_reason() -> None:
    """Where `unless` holds the action does not apply, and the reason names the exception."""
    text = PRESENT + " given support is declined given checked is yes given asked is yes"
    rule = ask(ACTION, text, "2024-09-17").rule()
    roles = [(child.role, child.truth.value) for child in rule.judged.reason.children]
    assert roles == [("when", "true"), ("when", "true"), ("unless", "true")]
    assert rule.status == ""


BARRED = """action a "A" school should "a" when support is declined
action b "B" school may "b" when support is declined
bar stop "Stop" stops a, b when checked is yes"""


@pytest.mark.parametrize(
    ("facts", "applies", "status"),
    [
        ("support is declined given checked is no", "true", ("ongoing", "available")),
        ("support is declined given checked is yes", "true", ("barred", "barred")),
        ("support is declined", "true", ("unknown", "unknown")),
        ("support is fully given checked is yes", "false", ("", "")),
    ],
)
def test_a_bar_leaves_it_applying_and_forbids_it(facts: str, applies: str, status: tuple[str, str]) -> None:
    """A bar that holds leaves an action applying and forbids it.

    One that is unknown makes its status unknown.
    """
    asked = ask(BARRED, f"{PRESENT} given {facts}", "2024-09-17")
    assert (asked.rule("a").applies, (asked.status("a"), asked.status("b"))) == (applies, status)


def test_what_is_done_already_is_not_barred_afterwards() -> None:
    """A bar forbids what is still to be done; what was done stays done."""
    policy = BARRED.replace("declined\naction b", "declined done when letter\naction b")
    text = PRESENT + " given support is declined given checked is yes given letter on 10 September 2024"
    assert ask(policy, text, "2024-09-17").status("a") == "done"


def test_a_bar_on_a_rule_that_is_itself_unknown_leaves_it_barred() -> None:
    """Whether it applies or not, what a bar certainly forbids is barred."""
    rule = ask(BARRED, PRESENT + " given checked is yes", "2024-09-17").rule("a")
    assert (rule.applies, rule.status) == ("unknown", "barred")
