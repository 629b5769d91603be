"""The scenario that `fingerpost simulate new` writes: every assumption in it has a line to be changed."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What somebody said who was asked for a scenario."""

    title: str
    whose: str
    """`hillview`, `made-up` or `own`."""
    history: str = ""
    pupils: int = 2_000
    policy: str = "england@2024.08"
    other: str = ""
    change: str = ""
    first: str = "1 September 2024"
    last: str = "25 July 2025"


def new_scenario(answers: Answers) -> str:
    """A scenario as YAML, with a comment at each assumption."""
    head = [
        f"title: {_text(answers.title)}",
        f"question: {_text(answers.title)}",
        "",
        "pupils:",
        *_pupils(answers),
        f"from: {answers.first}",
        f"until: {answers.last}",
        "seeds: 3  # how often chance is drawn anew: more make the intervals narrower",
        "",
        "policies:",
        *_policies(answers),
    ]
    return "\n".join(head) + "\n" + _REST


def _text(said: str) -> str:
    """A text that YAML reads as it stands."""
    return json.dumps(said, ensure_ascii=False)


def _pupils(answers: Answers) -> list[str]:
    match answers.whose:
        case "own":
            return [f"  history: {_text(answers.history)}"]
        case "hillview":
            return ["  school: hillview"]
        case _:
            return ["  made_up:", f"    pupils: {answers.pupils}", "    year: 2023/24", "    begins: 2024"]


def _policies(answers: Answers) -> list[str]:
    first = ["  - name: First", f"    policy: {_text(answers.policy)}"]
    if answers.other:
        return [*first, "  - name: Other", f"    policy: {_text(answers.other)}"]
    if answers.change:
        name, _, value = answers.change.partition(":")
        changed = f"      {name.strip()}: {_text(value.strip())}"
        return [*first, "  - name: Other", f"    policy: {_text(answers.policy)}", "    change:", changed]
    return first


_REST = """
# How much time there is. A role that is not named has all the time that is needed.
staff:
  - role: attendance_champion
    minutes_a_week: 60
    for_each: 100 pupils
  - role: class_teacher
    minutes_a_week: 60
    for_each: 100 pupils

# How long things take, in minutes. What is not named takes `other_minutes`.
minutes:
  follow_up_absence: 5
  settle_n: 3
  understand_barriers: 40
  targeted_support: 60
  consider: 45
other_minutes: 20

# How much of what is asked is ever done, and how soon somebody gets to it if there is time.
work:
  done: 90%
  may: 0%
  after: 0 to 1 week
  exceptions:
    first_notice: {done: 80%}

# What people find and decide when they have done something: guesses, to be replaced by your own experience.
records:
  - when: targeted_support_agreed
    also: support_offered
  - when: targeted_support_agreed
    after: 3 to 5 weeks
    fact: support_taken_up
    is: {fully: 50%, partly: 25%, not_yet: 15%, declined: 10%}
  - when: notice_considered
    if_mostly: G
    field: outcome
    is: {notice_asked_for: 75%, support_goes_on: 25%}
  - when: notice_considered
    unless_mostly: G
    field: outcome
    is: {support_goes_on: 85%, notice_to_improve: 15%}
  - when: notice_considered
    if_mostly: G
    fact: support_appropriate
    is: {no: 100%}
  - when: notice_considered
    unless_mostly: G
    fact: support_appropriate
    is: {yes: 100%}
  - when: notice_considered
    fact: notices_checked
    is: {yes: 100%}

# How families respond. Nothing here means that nobody's attendance changes. For example:
# families:
#   - after: targeted_support_agreed
#     assumption: A guess, to see how much would hang on it; nobody has measured it here.
#     effect:
#       - {families: 30%, fewer_absences: 20%}
#     lasts: 12 weeks

# groups: [free_school_meals, has_send, has_social_worker, year_group]
"""
