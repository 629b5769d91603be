"""The engine: from a policy and a history to decisions with their reasons.

This is the package that developers embed. It reads registers and what else is known about pupils, evaluates
a policy for a pupil on a date, and explains the decision: why, why not, what would change it, and what is not
known. It reads no clock and writes no file unless it is asked to.
"""
