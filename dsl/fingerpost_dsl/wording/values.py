"""Values in plain English: alone ("the number of unauthorised sessions"), or with a bound woven in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.wording.amounts import (
    TIME,
    number,
    resolved,
    say_amount,
    say_date,
    say_literal,
    say_threshold,
    say_unit,
)
from fingerpost_dsl.wording.english import listed, lower_first
from fingerpost_dsl.wording.marks import absence, sessions
from fingerpost_dsl.wording.voice import Voice
from fingerpost_dsl.wording.windows import anchor_words, event_name, is_fine_print, where_words, windows_words


@dataclass(frozen=True, slots=True)
class Counted:
    """A value that counts things: 10 *unauthorised sessions* or more *in the last 10 school weeks*."""

    one: str
    many: str
    tail: str

    def alone(self) -> str:
        """The value without a bound: "the number of unauthorised sessions in the last 10 school weeks"."""
        return f"the number of {self.many} {self.tail}".rstrip()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A value that is so much: *absence* is 10% or more *in this academic year*."""

    text: str
    tail: str = ""

    def alone(self) -> str:
        """The value without a bound: "absence in this academic year"."""
        return f"{self.text} {self.tail}".rstrip()


_SimpleMeasure = ex.CountOfMarks | ex.CountOfEvents | ex.ShareOfMarks | ex.Run | ex.WeeksWith | ex.MostInAny


def value_words(value: ex.Value, voice: Voice) -> str:
    """A value as a noun phrase. A named measure goes by its title, so that a reader finds it again."""
    if isinstance(value, ex.MeasureValue):
        return _titled(value, voice).alone()
    return parts(value, voice).alone()


def parts(value: ex.Value, voice: Voice) -> Counted | Phrase:
    """A value so that a bound can be woven into it."""
    policy = voice.policy
    match value:
        case ex.Literal(value=literal):
            return Phrase(say_literal(literal))
        case ex.ThresholdValue(name=name):
            return Phrase(say_threshold(name, policy))
        case ex.MeasureValue():
            return _measure(value, voice)
        case ex.FactValue(name=name):
            return Phrase(lower_first(policy.facts[name].title))
        case ex.BuiltInValue(built_in=built_in):
            return Phrase(_BUILT_INS[built_in])
        case ex.CountOfMarks(marks=marks, whole_days=True, weekdays=weekdays, windows=windows):
            of = absence(marks, policy) or sessions(marks, policy)[1]
            return Counted(
                f"whole day of {of}", f"whole days of {of}", windows_words(windows, voice, on=weekdays)
            )
        case ex.CountOfMarks(marks=marks, weekdays=weekdays, windows=windows):
            return Counted(*sessions(marks, policy), windows_words(windows, voice, on=weekdays))
        case ex.CountOfEvents(selection=selection, windows=windows):
            name, counted = event_name(selection, policy)
            one, many = counted or (f"record of {name}", f"records of {name}")
            where = where_words(selection, voice)
            return Counted(f"{one}{where}", f"{many}{where}", windows_words(windows, voice))
        case ex.ShareOfMarks(marks=marks, weekdays=weekdays, windows=windows):
            of = absence(marks, policy) or f"the share of {sessions(marks, policy)[1]}"
            return Phrase(of, windows_words(windows, voice, on=weekdays))
        case ex.Run(marks=marks, current=current, windows=windows):
            of = absence(marks, policy) or sessions(marks, policy)[1]
            return Phrase(
                f"the {'current' if current else 'longest'} run of {of}", windows_words(windows, voice)
            )
        case ex.WeeksWith(marks=marks, at_least=at_least, windows=windows):
            held = _held_each_week(marks, at_least, voice)
            return Counted(
                f"school week with {held}", f"school weeks with {held}", windows_words(windows, voice)
            )
        case ex.MostInAny(marks=marks, amount=amount, windows=windows):
            stretch = "any stretch of " if resolved(amount, policy) is None else "any "
            stretch += say_amount(amount, policy, TIME)
            most = f"the greatest number of {sessions(marks, policy)[1]} in {stretch}"
            return Phrase(f"{most} {windows_words(windows, voice)}".rstrip())
        case ex.TimeSince(unit=unit, anchor=anchor):
            return Counted(unit.value, say_unit(unit, many=True), f"since {anchor_words(anchor, voice)}")
        case ex.DateOf(anchor=anchor):
            return Phrase(f"the date of {anchor_words(anchor, voice)}")
        case ex.Sum(terms=terms):
            return Phrase(_chain([("plus" if sign > 0 else "minus", term) for sign, term in terms], voice))
        case ex.Product(factors=factors):
            return Phrase(
                _chain([("times" if power > 0 else "over", factor) for power, factor in factors], voice)
            )
        case ex.Extreme(highest=highest, values=values):
            said = listed([value_words(one, voice) for one in values], "and")
            return Phrase(f"the {'highest' if highest else 'lowest'} of ({said})")
        case ex.Rounded(value=inner, rounding=rounding):
            return _rounded(inner, rounding, voice)
        case ex.NumberOfParents(condition=condition):
            whom = "" if condition is None else f"for whom {voice.part(condition)}"
            return Counted("parent", "parents", whom)
        case _:
            assert_never(value)


_BUILT_INS = {
    ex.BuiltIn.AGE: "the pupil's age",
    ex.BuiltIn.YEAR_GROUP: "the pupil's year group",
    ex.BuiltIn.COMPULSORY_SCHOOL_AGE: "being of compulsory school age",
    ex.BuiltIn.PHASE: "the school's phase",
    ex.BuiltIn.ROLL: "the number of pupils on roll",
}


def _held_each_week(marks: ex.MarkSet, at_least: ex.Amount | None, voice: Voice) -> str:
    one, many = sessions(marks, voice.policy)
    if at_least is None:
        return f"any {many}"
    known = resolved(at_least, voice.policy)
    if isinstance(known, Quantity):
        return f"at least {number(known.amount)} {one if known.amount == 1 else many}"
    return f"at least {say_amount(at_least, voice.policy)} of {many}"


def _chain(terms: list[tuple[str, ex.Value]], voice: Voice) -> str:
    """Terms with words between them: "absence minus authorised absence"; sums inside stand in brackets."""
    said = []
    for word, term in terms:
        text = value_words(term, voice)
        said.append((word, f"({text})" if isinstance(term, ex.Sum | ex.Product) else text))
    first_word, first = said[0]
    opening = {"minus": f"minus {first}", "over": f"1 over {first}"}.get(first_word, first)
    return " ".join([opening, *(f"{word} {text}" for word, text in said[1:])])


def _rounded(inner: ex.Value, rounding: ex.Rounding, voice: Voice) -> Phrase:
    how = {
        ex.Rounding.WHOLE: "rounded to a whole percentage",
        ex.Rounding.DOWN: "rounded down to a whole percentage",
        ex.Rounding.ONE_DECIMAL: "rounded to 1 decimal",
        ex.Rounding.TWO_DECIMALS: "rounded to 2 decimals",
        ex.Rounding.THREE_DECIMALS: "rounded to 3 decimals",
    }[rounding]
    said = parts(inner, voice)
    if isinstance(said, Phrase):
        return Phrase(f"{said.text} ({how})", said.tail)
    return Phrase(f"{said.alone()} ({how})")


def _titled(value: ex.MeasureValue, voice: Voice) -> Phrase:
    """A measure by its title: "the school's absence", "absence as at the end of the previous term"."""
    title = lower_first(voice.policy.measures[value.name].title)
    match value.as_at:
        case None:
            tail = ""
        case ex.EndOfLast(unit=unit):
            tail = f"as at the end of the previous {unit.value}"
        case date:
            tail = f"as at {say_date(date)}"
    return Phrase(f"the school's {title}" if value.of_school else title, tail)


def _measure(value: ex.MeasureValue, voice: Voice) -> Counted | Phrase:
    """A measure by what it counts; by its title where it is worked out, or another day's, or the school's."""
    if value.as_at is not None or value.of_school:
        return _titled(value, voice)
    declared = voice.policy.measures[value.name]
    definition = declared.value
    if isinstance(definition, ex.TimeSince):
        return parts(definition, voice)
    if not isinstance(definition, _SimpleMeasure):
        return _titled(value, voice)
    if voice.full:
        return parts(definition, voice)
    kept = tuple(window for window in definition.windows if not is_fine_print(window))
    brief = replace(definition, windows=kept)
    if isinstance(brief, ex.CountOfEvents):
        # The author named what is counted ("Earlier penalty notices"): that stands for the `where`.
        title = lower_first(declared.title)
        counted = event_name(brief.selection, voice.policy)[1]
        if counted is not None and title.endswith(counted[1]):
            one = f"{title.removesuffix(counted[1])}{counted[0]}"
            return Counted(one, title, windows_words(kept, voice))
    return parts(brief, voice)
