"""Tests of `dsl/`."""
