"""The command itself: help, wrong use, and what is said when something is our mistake."""

import subprocess
import sys
from time import perf_counter

import pytest

from fingerpost_cli import main
from fingerpost_cli.main import COMMANDS
from tests.cli.conftest import Run

HEAVY = ("numpy", "lark", "pydantic", "fingerpost.evaluate", "fingerpost_dsl", "networkx")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    """`--help` says what a command does, and shows it once."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.output
    assert f"fingerpost {command}" in result.output


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    """The list of commands needs none of what the commands need."""
    script = (
        "import sys; sys.argv = ['fingerpost', '--help']\n"
        "from fingerpost_cli.main import fingerpost\n"
        "fingerpost(standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    start = perf_counter()
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.rstrip().endswith("[]")
    assert perf_counter() - start < 5


def test_a_misspelt_command_gets_a_guess(run: Run) -> None:
    """Wrong use ends with 2 and says what may have been meant."""
    result = run("evalute", "school/")
    assert result.exit_code == 2
    assert "Did you mean `evaluate`?" in result.output


def test_an_unexpected_exception_is_our_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback: one sentence that says whose mistake it is."""

    def fail(**_: object) -> None:
        raise ZeroDivisionError("nothing to divide by")

    monkeypatch.setattr(main.fingerpost, "main", fail)
    monkeypatch.delenv("FINGERPOST_TRACEBACK", raising=False)
    with pytest.raises(SystemExit) as ended:
        main.main()
    said = capsys.readouterr().err
    assert ended.value.code == 70
    assert "This is a mistake of ours, not yours" in said
    assert "Traceback" not in said
