"""What `load_policy` reads: of what is shipped, tests only if asked for; of any other, everything."""

import re
from pathlib import Path

import pytest

from fingerpost import PolicyError, load_policy, versions_of
from fingerpost_policies import folders
from tests.shipped import shipped

OWN = """policy a.b "A" version 2025.1 language 1 in force from 1 September 2025
  extends england.attendance 2024.08 by local_authority
"""
WRONG = """test "a word that nobody knows"
  pupil in year 5
  on 4 September 2025
  expect tier nothing
"""


def test_a_shipped_policy_comes_with_its_tests_when_they_are_asked_for() -> None:
    """And is the same policy without them."""
    without, whole = versions_of(shipped("england")), versions_of(load_policy("england", tests=True))
    assert not any(version.tests for version in without)
    assert all(version.tests for version in whole)
    assert [version.digest for version in without] == [version.digest for version in whole]
    assert [[*version.rules()] for version in without] == [[*version.rules()] for version in whole]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("england@", "`england@` names no version"),
        ("england@1999", "`england` has no version `1999`; there is 2022.09, 2024.08"),
        ("enland@2024.08", "there is no policy `enland`"),
    ],
)
def test_what_there_is_not(name: str, said: str) -> None:
    """A name, or a version."""
    with pytest.raises(PolicyError, match=re.escape(said)):
        load_policy(name)


def test_a_path_gives_what_lies_there() -> None:
    """Ours included: a path is what somebody works on."""
    (version,) = versions_of(load_policy(folders()[0]))
    assert version.tests


def test_a_mistake_in_the_tests_of_ones_own_policy_is_told(tmp_path: Path) -> None:
    """When it is evaluated, not only when it is tested; `tests` may not say otherwise."""
    (tmp_path / "a.policy").write_text(OWN, encoding="utf-8")
    load_policy(tmp_path, tests=False)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.policy").write_text(WRONG, encoding="utf-8")
    with pytest.raises(PolicyError, match=re.escape(f"`{tmp_path}` has 1 error")) as told:
        load_policy(tmp_path, tests=False)
    (problem,) = told.value.diagnostics
    assert problem.span is not None
    assert Path(problem.span.file).name == "a.policy"
    assert "nothing" in problem.message
