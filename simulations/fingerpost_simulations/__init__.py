"""Simulations: what a policy would do to a population, made up or given.

Makes synthetic schools from a seed, runs policies over them, and compares the decisions. The same scenario
and seed give the same result on every machine.
"""
