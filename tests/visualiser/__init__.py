"""Tests of `visualiser/`."""
