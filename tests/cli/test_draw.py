"""`fingerpost draw`: every view, every ending that is text, and what is said to those who ask otherwise."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

SCHOOL = str(Path(__file__).parents[2] / "docs" / "examples" / "school")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--pathway", "unpaid_notice"), "Step 2: Prosecute or withdraw"),
        (("--view", "tiers"), "When absence is 50% or more"),
        (("--view", "responsibilities", "--role", "parent"), "help to understand what stands in the way"),
        (("--view", "difference", "--against", "england@2022.09"), "First notice: £160"),
        (
            ("--view", "difference", "--against", "england@2022.09", "--pathway", "legal_intervention"),
            "REMOVED",
        ),
        (("--view", "pupil", "--history", SCHOOL, "--pupil", "P01"), "HERE since"),
        (
            ("--view", "pupil", "--history", SCHOOL, "--pupil", "P01", "--pathway", "legal_intervention"),
            "COULD COME NEXT",
        ),
        (
            ("--view", "timeline", "--history", SCHOOL, "--pupil", "P01"),
            "Reached the threshold on 12 November",
        ),
    ],
)
def test_every_view_is_drawn(run: Run, asked: tuple[str, ...], said: str) -> None:
    result = run("draw", "england@2024.08", *asked, "-o", "picture.txt")
    assert result.exit_code == 0, result.output
    assert said in " ".join(Path("picture.txt").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--view", "difference"), "say the earlier policy with --against"),
        (("--view", "pupil"), "say where they are with --history"),
        (("--role", "school"), "--role goes with --view responsibilities."),
        (("--view", "responsibilities", "--role", "scool"), "Did you mean `school`?"),
        (("--view", "tiers", "--on", "1 May 2025"), "--on goes with --view pupil or timeline."),
        (("--theme", "faint.yaml"), "`quiet` on `paper` has a contrast of 2.3 to 1, and needs 4.5"),
        (("--theme", "odd.yaml"), "`colour` is not as it should be"),
        (("--theme", "broken.yaml"), "is not YAML"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(run: Run, asked: tuple[str, ...], said: str) -> None:
    for name, text in (
        ("faint", 'quiet: "#aaaaaa"'),
        ("odd", "colour: red"),
        ("broken", "a: ]["),
    ):
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    result = run("draw", "england@2024.08", *asked, "-o", "picture.txt")
    assert result.exit_code == 2
    assert said in result.output
    assert not Path("picture.txt").exists()


def test_a_theme_gives_its_colours(run: Run) -> None:
    Path("ours.yaml").write_text('boxes:\n  must: {fill: "#e5dff5"}\n', encoding="utf-8")
    result = run("draw", "england@2024.08", "--theme", "ours.yaml", "-o", "picture.dot")
    assert result.exit_code == 0, result.output
    assert "#e5dff5" in Path("picture.dot").read_text(encoding="utf-8")
