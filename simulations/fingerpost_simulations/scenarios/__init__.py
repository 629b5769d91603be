"""Scenarios: what a simulation is to find out, in a YAML file that a council officer can read and change."""

from fingerpost_simulations.scenarios.model import Scenario
from fingerpost_simulations.scenarios.read import read_scenario

__all__ = ["Scenario", "read_scenario"]
