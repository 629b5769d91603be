"""What every test shares: `--update` for golden pages, and the two ways of running property tests.

`ci` is the default: the same examples on every run and every machine, so that a failure is never luck.
`nightly` looks further, at examples it has not tried before: `pytest -n auto --hypothesis-profile nightly`.
"""

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.shipped import read_once


@pytest.fixture(scope="session", autouse=True)
def _shipped_policies_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        read_once(patch)
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes the golden pages anew instead of comparing with them."""
    parser.addoption("--update", action="store_true", help="write the golden pages anew; read the difference")


def pytest_configure(config: pytest.Config) -> None:
    """Tells the helpers for golden pages, in this process and in xdist's workers, which inherit it."""
    if config.getoption("--update"):
        os.environ["UPDATE_GOLDEN"] = "1"
    # Policies stay while tests run: to look through them for garbage time and again finds none.
    gc.set_threshold(100_000, 20, 20)


settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=60,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly",
    derandomize=False,
    deadline=None,
    max_examples=2_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci")
