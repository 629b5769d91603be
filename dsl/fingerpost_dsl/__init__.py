"""The language: from the text of a policy to a checked model.

Reads policies written in the language of Fingerpost or in YAML, reports every problem it finds with the place
and what to do about it, and hands on a typed model of the policy. It knows nothing of pupils or registers,
and imports no other package of Fingerpost.
"""

from fingerpost_dsl.checker import check
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.format import format_source
from fingerpost_dsl.load import load_file, load_folder, load_policies, load_text
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.parser import parse

__all__ = [
    "Diagnostic",
    "Policy",
    "PolicyFamily",
    "check",
    "format_source",
    "load_file",
    "load_folder",
    "load_policies",
    "load_text",
    "parse",
]
