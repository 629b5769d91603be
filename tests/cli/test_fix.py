"""`fingerpost check --fix`: what leaves no doubt is put right, and nothing else is touched."""

from pathlib import Path

from fingerpost_cli.failures import FINDINGS
from tests.cli.conftest import Run

HEAD = 'policy a.b "A"\n  version 2025.1\n  language 1\n  in force from 1 September 2024\n'
RIGHT = HEAD + 'role school "School"\nmeasure m "M" = count of absent in this term\n'


def fixed(run: Run, text: str) -> tuple[int, str, str]:
    path = Path("a.policy")
    path.write_bytes(text.encode())
    result = run("check", "a.policy", "--fix")
    return result.exit_code, path.read_bytes().decode(), result.output


def test_signs_and_quotation_marks_are_put_right(run: Run) -> None:
    wrong = RIGHT.replace('"School"', "“School”") + (
        'action a "A"\n  school should "act"\n  when m >= three sessions\n  ours "a target"\n'
    )
    code, text, output = fixed(run, wrong)
    assert code == 0, output
    assert 'role school "School"' in text
    assert "when m is at least 3 sessions" in text
    assert 'fixed a.policy:5:13: `“School”` is now `"School"`' in output
    assert "fixed a.policy:9:10: `>=` is now `is at least`" in output


def test_what_would_be_a_guess_is_left_to_the_author(run: Run) -> None:
    """A name, a unit: another one would be another policy."""
    wrong = RIGHT + 'action a "A"\n  schol should "act"\n  when m is at least 3 days\n  ours "a target"\n'
    code, text, output = fixed(run, wrong)
    assert (code, text) == (FINDINGS, wrong)
    assert "did you mean `school`?" in output
    assert "fixed" not in output


def test_nothing_to_put_right_changes_nothing(run: Run) -> None:
    text = RIGHT.replace("\n", "\r\n")
    code, after, output = fixed(run, text)
    assert (code, after) == (0, text)
    assert "fixed" not in output


def test_what_is_right_stays_as_it_was_written(run: Run) -> None:
    """Comments, empty lines and line ends beside what is put right."""
    wrong = RIGHT.replace('"School"', "“School”").replace("\n", "\r\n") + "\r\n-- the end\r\n"
    _, text, _ = fixed(run, wrong)
    assert text == wrong.replace("“School”", '"School"')
