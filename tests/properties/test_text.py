"""Policies as text: layout, order, files and the spelling change nothing, and every span lies in the text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.evaluate import evaluate
from fingerpost_dsl.format import format_source
from fingerpost_dsl.load import load_text
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText, Span
from fingerpost_dsl.yaml_form.to_yaml import policy_form, yaml_text
from tests.properties.test_days import every_reason
from tests.strategies import Case, Written, cases, few, policies, texts_of


def spans(node: object) -> Iterator[Span]:
    """Every span inside a node, a tuple or a mapping."""
    if isinstance(node, Span):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from spans(one)
    elif hasattr(node, "values") and not is_dataclass(node):
        for one in node.values():
            yield from spans(one)
    elif is_dataclass(node):
        for field in fields(node):
            yield from spans(getattr(node, field.name))


@settings(max_examples=few(12))
@given(policies())
def test_formatting_keeps_the_meaning_and_is_done_once(written: Written) -> None:
    text, problems = format_source(SourceText("a.policy", written.text))
    assert not problems
    assert parse(SourceText("b.policy", text))[0] == parse(SourceText("a.policy", written.text))[0]
    assert format_source(SourceText("a.policy", text))[0] == text


@settings(max_examples=few(30))
@given(policies())
def test_yaml_there_and_back_is_the_same_model(written: Written) -> None:
    """A thousand of them in the `nightly` profile; and every span lies in the YAML file."""
    converted, problems = yaml_text(SourceText("a.policy", written.text))
    assert not problems
    policy, found = load_text({"a.yaml": converted})
    assert policy == written.policy, found
    for span in spans(policy):
        assert span.source.text == converted
        assert 0 <= span.start < span.end <= len(converted)
        assert span.text.strip() == span.text
    back, problems = policy_form(SourceText("a.yaml", converted))
    assert not problems
    assert back == format_source(SourceText("a.policy", back))[0]
    assert parse(SourceText("b.policy", back))[0] == parse(SourceText("a.policy", written.text))[0]


@settings(max_examples=few(20))
@given(policies(), st.randoms(use_true_random=False))
def test_layout_order_and_files_change_no_digest(written: Written, choose: random.Random) -> None:
    """The same declarations in another order, in several files, with other white space and comments."""
    header, *others = written.declarations
    vocabulary, *rest = others
    declared = [*vocabulary.split("\n"), *rest]
    choose.shuffle(declared)
    laid = [one.replace(" ", choose.choice(("  ", "\n    ", "\t")), 1) for one in declared]
    cut = choose.randrange(len(laid))
    texts = {
        "z.policy": header + "\n-- a comment\n" + "\n\n".join(laid[:cut]) + "\n",
        "a/b.policy": "\r\n".join(laid[cut:]),
    }
    policy, found = load_text(texts)
    assert policy is not None, found
    assert policy.digest == written.policy.digest


@settings(max_examples=few(20))
@given(policies())
def test_spans_lie_in_their_text(written: Written) -> None:
    """Of everything in the model: within the text, around something, and beginning with a word of it."""
    for span in spans(written.policy):
        assert 0 <= span.start < span.end <= len(span.source.text)
        assert span.text.strip() == span.text


@settings(max_examples=few(20))
@given(cases())
def test_reasons_point_into_the_policy(case: Case) -> None:
    """Each reason's clause stands in one of the policy's own texts."""
    texts = set(texts_of(case.written.declarations))
    decision = evaluate(case.policy, case.history, case.on, case.known_on, pupil=case.pupil)
    for recommendation in decision.recommendations:
        for reason in every_reason(recommendation.reason):
            span = reason.clause.span
            assert span.source.text in texts
            assert 0 <= span.start < span.end <= len(span.source.text)
