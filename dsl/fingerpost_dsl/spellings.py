"""The two spellings of a policy: which one a file is in, by the end of its name, and parsing either."""

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText, Span

SUFFIX = ".policy"
YAML_SUFFIXES = (".yaml", ".yml")
SUFFIXES = (SUFFIX, *YAML_SUFFIXES)


def is_yaml(name: str) -> bool:
    """Whether a file of this name is in YAML.

    >>> is_yaml("devon.yaml"), is_yaml("devon.policy")
    (True, False)
    """
    return name.endswith(YAML_SUFFIXES)


def parse_either(source: SourceText) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
    """The declarations of a text in the spelling that its name says, and everything wrong with its syntax."""
    if is_yaml(source.name):
        from fingerpost_dsl.yaml_form.from_yaml import parse_yaml  # noqa: PLC0415  # PyYAML, only where needed

        return parse_yaml(source)
    return parse(source)


def policy_text_of(declaration: Span) -> str:
    """The text of a declaration in the spelling of policy files, whichever it was written in."""
    if not is_yaml(declaration.file):
        return declaration.text
    from fingerpost_dsl.yaml_form.from_yaml import declared_at  # noqa: PLC0415  # PyYAML, only where needed

    return declared_at(declaration)
