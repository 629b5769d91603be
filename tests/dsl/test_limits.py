"""The limits of local policies over the national one: a page of all ways to break them, with the answers."""

import re
from functools import cache
from pathlib import Path

import pytest

from fingerpost_dsl import report
from fingerpost_dsl.checker import check
from fingerpost_dsl.loading.bundles import bundles_in, joined
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.syntax import File
from fingerpost_policies import folders
from tests.dsl.golden import assert_golden

PAGE = Path(__file__).parent / "errors" / "limits.md"


@cache
def england() -> File:
    """The edition in force, its files named as a reader knows them."""
    (bundle,), problems = bundles_in(folders()[-1], tests=False)
    assert problems == ()
    root = folders()[-1].parents[1]
    texts = tuple(
        SourceText(Path(text.name).relative_to(root).as_posix(), text.text) for text in bundle.texts
    )
    return joined(type(bundle)(bundle.name, texts))[0]


def answer(text: str, command: str) -> str:
    """What is said of a local policy over the edition in force."""
    assert command == "fingerpost check council.policy"
    file, problems = parse(SourceText("council.policy", text))
    assert problems == (), problems
    said = report.text(check(file, below=(england(),))[1])
    # where something stands in the national policy is not the page's matter: it moves with every edit there
    without_places = re.sub(r"(england/\S+?\.policy):\d+:\d+", r"\1", said)
    return re.sub(r"^ *\d*(?=[│┌]|  help)", " ", without_places, flags=re.MULTILINE)


def test_every_way_to_break_a_limit_is_answered_as_the_page_shows() -> None:
    assert_golden(PAGE, answer)


def test_there_is_an_answer_to_each_and_each_says_what_to_do() -> None:
    cases = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    assert len(cases) >= 20
    for case in cases:
        assert "[E" in case or "[W" in case, case
        assert "help: " in case, case


@pytest.mark.parametrize("role", ["support_team", "local_authority", "virtual_school_head"])
def test_a_must_for_the_author_s_own_is_no_matter_of_law(role: str) -> None:
    """Both sides of the limit: who is part of the author is bound by it, others are not."""
    text = PAGE.read_text(encoding="utf-8")
    case = next(one for one in text.split("\n## ") if "A `must` for schools" in one)
    policy = case.split("```policy\n")[1].split("```")[0]
    assert "E0420" in answer(policy, "fingerpost check council.policy")
    assert answer(policy.replace("school must", f"{role} must"), "fingerpost check council.policy") == ""
