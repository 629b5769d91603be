"""The pages under `golden/` show what the commands print."""

from pathlib import Path
from shutil import copy

import pytest

from tests.cli.conftest import Run
from tests.cli.golden import assert_golden
from tests.docs.manual import EXAMPLES

PAGES = sorted((Path(__file__).parent / "golden").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path, run: Run, school: Path) -> None:
    """What stands under each command is what it prints today."""
    copy(school, "school.json")
    copy(EXAMPLES / "devon.policy", "devon.policy")
    assert_golden(page, lambda arguments: run(*arguments).output)
