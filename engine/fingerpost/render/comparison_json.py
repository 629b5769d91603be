"""A comparison of two policies, and the pupils whom it moves, as JSON: all that the text says, and more."""

from __future__ import annotations

from fingerpost.compare import Comparison, Difference, Move, Moves, RecommendationChange, TierChange
from fingerpost.decision import Recommendation, TierResult, TierState
from fingerpost.render.difference_words import changed_words, whole_words
from fingerpost.render.effects import effect_words
from fingerpost.render.json_form import Object, as_text, policy_object
from fingerpost_dsl.model.policy import Policy


def comparison_json(comparison: Comparison, before: Policy, after: Policy, moves: Moves | None) -> str:
    """Every difference with its words and its effect; `moves` is null where no history was given."""
    return as_text(
        {
            "before": policy_object(before),
            "after": policy_object(after),
            "replaced": [
                {"before": one.before, "after": one.after, "passages": one.passages}
                for one in comparison.replaced
            ],
            "differences": [_difference(one, before, after) for one in comparison.differences],
            "carried": [
                {
                    "passage": one.name,
                    "title": one.title,
                    "kept": list(one.kept),
                    "new": list(one.new),
                    "ended": list(one.ended),
                }
                for one in comparison.carried
            ],
            "moves": None if moves is None else _moves(moves),
        }
    )


def _difference(one: Difference, before: Policy, after: Policy) -> Object:
    if one.clause:
        words = changed_words(one, after)
    else:
        words = ". ".join(part for part in whole_words(one, after if one.after else before) if part)
    return {
        "sort": one.sort.value,
        "kind": one.kind,
        "name": one.name,
        "earlier_name": one.earlier_name,
        "title": one.title,
        "clause": one.clause or None,
        "before": list(one.before),
        "after": list(one.after),
        "words": words,
        "effect": effect_words(one.effect, after) or None,
        "touched": [
            {
                "kind": touched.kind,
                "name": touched.name,
                "subject": touched.subject.value,
                "purpose": "enforcement" if touched.enforcement else "help",
                "reach": touched.reach.value,
                "timing": touched.timing.value,
                "demand": touched.demand.value,
            }
            for touched in one.effect.touched
        ],
        "said_in": list(one.effect.said_in),
        "because": one.because,
        "part_of": list(one.part_of),
        "file": one.file,
    }


def _moves(moves: Moves) -> Object:
    return {
        "on": moves.on.isoformat(),
        "pupils": moves.pupils,
        "nobody_loses": moves.nobody_loses,
        "tiers": [{"name": one.name, "before": one.before, "after": one.after} for one in moves.tiers],
        "moved": [_move(move) for move in moves.moved],
    }


def _move(move: Move) -> Object:
    return {
        "pupil": move.pupil,
        "school": move.after.school,
        "tiers": [_tier(one) for one in move.tiers],
        "recommendations": [_recommendation(one) for one in move.recommendations],
    }


def _tier(one: TierChange) -> Object:
    return {
        "name": one.name,
        "before": _state(one.before),
        "after": _state(one.after),
        "entered": one.entered,
        "left": one.left,
    }


def _state(one: TierResult | None) -> str:
    return (TierState.NOT if one is None else one.state).value


def _recommendation(one: RecommendationChange) -> Object:
    name, parent, _ = one.key
    return {
        "name": name,
        "parent": parent or None,
        "gained": one.gained,
        "lost": one.lost,
        "before": _standing(one.before),
        "after": _standing(one.after),
    }


def _standing(one: Recommendation | None) -> Object | None:
    if one is None:
        return None
    return {
        "applies": one.applies.value,
        "status": one.status.value,
        "provisional": one.provisional,
        "due": one.due.isoformat() if one.due else None,
        "overdue_count": one.overdue_count,
        "modality": one.modality.value,
        "owner": one.usually_by or one.actor,
        "triggered": one.triggered.isoformat() if one.triggered else None,
    }
