"""The policies that are shipped, loaded once for all tests that a worker runs: that takes seconds."""

from functools import cache

from fingerpost import load_policy
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy


@cache
def shipped(name: str) -> Policy | PolicyFamily:
    """What `load_policy` gives."""
    return load_policy(name)
