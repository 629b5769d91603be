"""Plain English out of titles: small letters, lists, plurals, and a clause's opposite where it is safe.

A title is what a policy's author called a thing ("Support is appropriate in this case", "Penalty notice").
To stand inside a sentence it is turned a little. Where a turn might change or blur the meaning, nothing is
guessed: the functions here return None, and the caller quotes the title as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FINITE = _set("is are was were has have can")
"""The verbs by which a title is known to be a clause."""

_SCOPED = _set(
    "all and any always because both but each either every few if many most neither never no nobody none nor "
    "not only or some that unless until when whenever where whether which while who whose "
    "could may might must shall should will would"
)
"""Words beside which "not" could be read two ways or a second clause may begin, and verbs that carry it."""

_PREPOSITIONS = _set("about at between by for from in of on over to under with without")

_NOUNS = _set(
    "agreement assessment call contact contract conversation decision interview letter meeting message "
    "notice offer order plan prosecution referral report request review visit warning"
)
"""Heads of event titles that are surely things one can count; a participle ("Support offered") is not."""

_PROPER = _set(
    "Britain Christmas Easter England English Ofsted Monday Tuesday Wednesday Thursday Friday Saturday "
    "Sunday January February March April May June July August September October November December"
)

_PARTICIPLES = _set(
    "been begun broken chosen come done found given gone had held kept known left lost made met paid put "
    "said seen sent set shown spoken taken told withdrawn written"
)
"""After "has" these make it the perfect ("has not been"); any other word is what somebody has."""


def lower_first(title: str) -> str:
    """The title as it stands inside a sentence.

    >>> lower_first("Formal meeting"), lower_first("SEND support"), lower_first("Ofsted visit")
    ('formal meeting', 'SEND support', 'Ofsted visit')
    >>> lower_first("School Attendance Support Team"), lower_first("Settle a mark N")
    ('School Attendance Support Team', 'settle a mark N')
    """
    first, *others = (word.strip(",.:;!?") for word in title.split(" "))
    if first in _PROPER or (len(first) > 1 and first[1:] != first[1:].lower()) or first == "I":
        return title
    if others and all(word.istitle() and len(word) > 1 for word in others):
        return title
    return title[:1].lower() + title[1:]


def upper_first(text: str) -> str:
    """The text as a sentence begins.

    >>> upper_first("support is offered")
    'Support is offered'
    """
    return text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """The author's own words, marked as such.

    >>> quoted("not yet")
    '“not yet”'
    """
    return f"“{text}”"


def spaced(name: str) -> str:
    """A name of the language as words.

    >>> spaced("not_yet")
    'not yet'
    """
    return name.replace("_", " ")


def listed(items: Sequence[str], word: str) -> str:
    """Items in a row.

    >>> listed(["a"], "or"), listed(["a", "b"], "or"), listed(["a", "b", "c"], "and")
    ('a', 'a or b', 'a, b and c')
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


def _words(text: str) -> list[str]:
    return [word.strip(",.:;!?()“”'\"").lower() for word in text.split()]


def clause(title: str, who: str) -> str | None:
    """The title as a clause, or None if it is not known to be one. `who` precedes a verb that opens it.

    >>> clause("Support is appropriate in this case", "the pupil")
    'support is appropriate in this case'
    >>> clause("Has a social worker", "the pupil")
    'the pupil has a social worker'
    >>> clause("Free school meals", "the pupil") is None
    True
    """
    words = _words(title)
    if not _FINITE.intersection(words):
        return None
    text = lower_first(title)
    return f"{who} {text}" if words[0] in _FINITE else text


def opposite(title: str, who: str) -> str | None:
    """The clause's plain opposite, or None where "not" could be read in more than one way.

    >>> opposite("Support is appropriate in this case", "the pupil")
    'support is not appropriate in this case'
    >>> opposite("Has a social worker", "the pupil")
    'the pupil does not have a social worker'
    >>> opposite("Earlier notices have been checked", "the parent")
    'earlier notices have not been checked'
    >>> opposite("All parents have agreed", "the pupil") is None
    True
    """
    text = clause(title, who)
    if text is None:
        return None
    words = _words(text)
    verbs = [place for place, word in enumerate(words) if word in _FINITE]
    if len(verbs) != 1 or _SCOPED.intersection(words):
        return None
    place = verbs[0]
    parts = text.split()
    verb = words[place]
    follows = words[place + 1] if place + 1 < len(words) else ""
    perfect = follows in _PARTICIPLES or (follows.endswith("ed") and len(follows) > 3)
    if verb in {"has", "have"} and not perfect:
        parts[place] = "does not have" if verb == "has" else "do not have"
    elif verb == "can":
        parts[place] = "cannot"
    else:
        parts[place] = f"{parts[place]} not"
    return " ".join(parts)


def noun(title: str) -> tuple[str, str] | None:
    """One and many of what the title names, or None if it is not surely something one can count.

    >>> noun("Notice to improve"), noun("Penalty notice")
    (('notice to improve', 'notices to improve'), ('penalty notice', 'penalty notices'))
    >>> noun("Support offered") is None
    True
    """
    one = lower_first(title)
    parts = one.split()
    head = next((place for place, word in enumerate(_words(one)) if word in _PREPOSITIONS), len(parts)) - 1
    if head < 0 or parts[head].lower() not in _NOUNS:
        return None
    return one, " ".join([*parts[:head], f"{parts[head]}s", *parts[head + 1 :]])


def a(one: str) -> str:
    """The noun with its article.

    >>> a("penalty notice"), a("interview"), a("EHC review")
    ('a penalty notice', 'an interview', 'an EHC review')
    """
    spelt_out = len(one.split(maxsplit=1)[0]) > 1 and one.split(maxsplit=1)[0].isupper()
    vowels = "AEFHILMNORSX" if spelt_out else "aeioAEIO"
    return f"{'an' if one[:1] in vowels else 'a'} {one}"
