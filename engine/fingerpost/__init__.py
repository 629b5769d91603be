"""The engine: from a policy and a history to decisions with their reasons.

This is the package that developers embed. It reads registers and what else is known about pupils, evaluates
a policy for a pupil on a date, and explains the decision: why, why not, what would change it, and what is not
known. It reads no clock and writes no file unless it is asked to.
"""

from fingerpost.decision import Decision, Recommendation, Status
from fingerpost.evaluate import NotInForceError, UnknownSubjectError, evaluate, evaluate_all
from fingerpost.explain import Explanation, explain
from fingerpost.history import History
from fingerpost.policies import PolicyError, load_policy, versions_of
from fingerpost.readers import read_history
from fingerpost.record import replay
from fingerpost.timeline import Timeline, timeline
from fingerpost.vocabulary import Vocabulary

__all__ = [
    "Decision",
    "Explanation",
    "History",
    "NotInForceError",
    "PolicyError",
    "Recommendation",
    "Status",
    "Timeline",
    "UnknownSubjectError",
    "Vocabulary",
    "evaluate",
    "evaluate_all",
    "explain",
    "load_policy",
    "read_history",
    "replay",
    "timeline",
    "versions_of",
]
