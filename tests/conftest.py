"""What every test shares: the two ways of running property tests.

`ci` is the default: the same examples on every run and every machine, so that a failure is never luck.
`nightly` looks further, at examples it has not tried before: `pytest -n auto --hypothesis-profile nightly`.
"""

from hypothesis import HealthCheck, settings

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
