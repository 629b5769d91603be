"""The merged policy as one text: a policy by itself that means the same, with the origin of everything."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from fingerpost_dsl import Policy, load_text
from fingerpost_dsl.format import format_source
from fingerpost_dsl.layers.resolved import resolved_text
from fingerpost_dsl.load import load_file
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.yaml_form.to_yaml import yaml_text
from fingerpost_policies import folders
from tests.dsl.test_layers import HEADER, sound

CHANGES = {
    "nothing": "",
    "a threshold": 'change threshold line to 8% open from 6% to 9% ours "nearer" because "earlier"',
    "a threshold's source": 'change threshold talk_within to 5 school days cites GUIDE.line because "sooner"',
    "codes": 'change codes holiday to "G", "M" except "M" because "so"',
    "a measure": 'change measure absence to share of absent in this term because "nearer"',
    "a condition": 'change condition struggling to support is declined because "simpler"',
    "a tier": 'change tier over_the_line when absence is at least 6% left when ill is no because "so"',
    "who does what": 'change action talk school may "talk" expires after 3 weeks because "so"',
    "several clauses": """change action talk within 5 school days
  when ill is no  when support is fully
  unless ill is yes
  usually by officer
  cites GUIDE.line
  note "a note of the clause"
  because "so"
  note "a note of the change"
""",
    "how often": 'change action talk 2 times every term because "so"',
    "a step": 'change step issue when appropriate is no unless ill is yes because "so"',
    "a bar": 'change bar no_third when notices is at least most_notices or ill is yes because "so"',
    "a removal": 'remove action talk because "so"',
    "a bar that is added": 'bar not_now "Not now" stops talk when ill is yes ours "they are ill"',
}


def without_because(named: Mapping[str, object]) -> dict[str, object]:
    """Declarations as they are, whoever changed them."""
    return {
        name: replace(one, because=None) if "because" in {field.name for field in fields(one)} else one
        for name, one in named.items()
        if is_dataclass(one) and not isinstance(one, type)
    }


def meaning(policy: Policy) -> dict[str, object]:
    """All that a policy declares, without what it is called and what it changed."""
    names = [field.name for field in fields(policy) if isinstance(getattr(policy, field.name), Mapping)]
    return {name: without_because(getattr(policy, name)) for name in names if name != "origins"} | {
        "codes": policy.codes
    }


def same_by_itself(policy: Policy) -> str:
    """Checks that the resolved text is a policy that extends nothing and means the same; gives it."""
    text = resolved_text(policy)
    alone, found = load_text(text)
    assert alone is not None, "\n".join(map(str, found))
    assert len(alone.layers) == 1
    assert meaning(alone) == meaning(policy)
    return text


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_text_is_a_policy_by_itself_that_means_the_same(change: str) -> None:
    text = same_by_itself(sound(change))
    assert format_source(SourceText("resolved", text)) == (text, ())


def test_the_origin_and_each_change_stand_before_a_declaration() -> None:
    text = resolved_text(sound('change threshold line to 8% because "earlier"'))
    line = HEADER.count("\n") + 1
    assert f"-- changed by local.attendance 2025.1 · local.policy:{line}, stronger\n" in text
    assert "--   because earlier\nthreshold line" in text
    assert "-- test.attendance 2024.1 · preamble.policy:" in text
    assert text.startswith("-- local.attendance 2025.1, with all that it extends.")


def test_what_is_removed_is_named_at_the_end() -> None:
    text = resolved_text(sound('remove action talk because "we call"'))
    assert 'action talk "' not in text
    assert text.rstrip().endswith("--   because we call")


def test_the_shipped_example_over_the_national_policy_is_a_policy_by_itself() -> None:
    example = Path(__file__).parents[2] / "docs" / "examples" / "devon.policy"
    policy, found = load_file(example, search=folders())
    assert policy is not None, found
    same_by_itself(policy)


def test_a_local_policy_in_yaml_resolves_to_the_same(tmp_path: Path) -> None:
    """The resolved policy is one text in one spelling, whatever the layers were written in."""
    example = Path(__file__).parents[2] / "docs" / "examples" / "devon.policy"
    text, found = yaml_text(SourceText("devon.policy", example.read_text(encoding="utf-8")))
    assert found == ()
    file = tmp_path / "devon.yaml"
    file.write_text(text, encoding="utf-8")
    policy, problems = load_file(file, search=folders())
    assert policy is not None, problems
    assert "changed by devon.attendance 2025.1" in same_by_itself(policy)
