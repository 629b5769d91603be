"""The table of declarations and their clauses: how each is written, what it says, and an example.

The manual's reference is made from it. Its keys are those of the grammar: a test fails while a clause of
the grammar has no row here, or stands in no example.

Beside the table of operators, and not in it, because a clause has no unit and gives no value: what it takes
is for the grammar to say, and what it means stands in the rules of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause: how it is written, and what it says."""

    form: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRow:
    """One sort of declaration: how it begins, what it declares, its clauses, and an example of them all."""

    form: str
    meaning: str
    clauses: Mapping[str, ClauseRow] = field(default_factory=dict)
    example: str = ""
    """Policy text; the examples of all declarations are one policy."""
    local: str = ""
    """An example that only a local policy can have, over the national one."""


_NOTE = ClauseRow('note "…"', "what to bear in mind; shown with whatever rests on it")
_CITES = ClauseRow("cites SOURCE.PASSAGE", "the passage that it rests on; there may be several")
_OURS = ClauseRow('ours "…"', "that no source gives it, and why we do")
_FROM = {"cites": _CITES, "ours": _OURS, "note": _NOTE}
_EACH_PARENT = ClauseRow("for each parent", "it is said of each parent of the pupil")
_OF = ClauseRow("of school, of authority, of family", "whose it is; the pupil's, if nothing is said")
_SENSITIVE = ClauseRow("sensitive", "the parent's view does not show it")
_WHEN = ClauseRow("when CONDITION", "it applies while this holds; of several, while all of them hold")
_IN_TIER = ClauseRow(
    "in tier TIER, only in tier TIER",
    "for pupils in the tier; without `only` also for those in a tier that continues it",
)

_RULE: Mapping[str, ClauseRow] = {
    "with": ClauseRow("with ROLE, ROLE", "who takes part"),
    "jointly with": ClauseRow("jointly with ROLE", "who shares it"),
    "usually by": ClauseRow("usually by ROLE", "on whose list it lands"),
    "in tier": _IN_TIER,
    "when": _WHEN,
    "unless": ClauseRow("unless CONDITION", "an exception: it does not apply, and the reason names it"),
    "for each": ClauseRow(
        "for each parent, for each occasion of OCCASION",
        "once for each; `for each family`, `cohort`, `school` or `authority` for what is asked of "
        "them and not "
        "of a pupil: `fingerpost evaluate --subject family` and so on",
    ),
    "within": ClauseRow(
        "within QUANTITY, within QUANTITY of EVENT",
        "due at the close of that day after the trigger, or after the event; its own day is day 0",
    ),
    "by": ClauseRow("by DATE, by DAY each year", "due by a date, or by the next such day"),
    "no sooner than": ClauseRow("no sooner than QUANTITY after EVENT", "before that it does not apply"),
    "expires after": ClauseRow(
        "expires after QUANTITY, expires after QUANTITY of EVENT",
        "only for `may`: how long it is open. A `may` is never due",
    ),
    "every": ClauseRow(
        "every UNIT, every NUMBER UNIT, NUMBER times every UNIT",
        "once, or so often, in each period; due on its last school day",
    ),
    "stands until done": ClauseRow("stands until done", "still owed though the condition has passed"),
    "done when": ClauseRow(
        "done when EVENT",
        "an event on or after the trigger; with windows, as in `meeting in this term`, an earlier "
        "one will do",
    ),
    **_FROM,
}
_STEP: Mapping[str, ClauseRow] = {
    "starts here": ClauseRow("starts here", "a way into the pathway: when it triggers, a round opens"),
    "after": ClauseRow(
        "after STEP, after STEP if CONDITION",
        "a way into this step: that one is recorded in this round, and the condition holds. Several are "
        "alternatives",
    ),
    "ends the round": ClauseRow("ends the round", "once this step is recorded, the round is over"),
}
_TIER: Mapping[str, ClauseRow] = {
    "continues": ClauseRow("continues TIER", "the milder tier that it deepens"),
    "when": ClauseRow(
        "when CONDITION", "the pupil is in it when all of them hold; a tier without `when` has everybody"
    ),
    "provisional below": ClauseRow(
        "provisional below QUANTITY",
        "with fewer possible sessions in the measure's window it is held provisionally, and so is what rests "
        "on it",
    ),
    "left when": ClauseRow(
        "left when CONDITION", "its own way out: once entered, it is held until this holds"
    ),
    **_FROM,
}
_OPEN = ClauseRow(
    "open, open from VALUE to VALUE",
    "a local policy may set it, between the bounds if there are any, both included. What is not "
    "open is fixed",
)

DECLARATIONS: Mapping[str, DeclarationRow] = MappingProxyType(
    {
        "policy": DeclarationRow(
            form='policy NAME "TITLE"',
            meaning="The header: which policy this is. Each policy has one.",
            clauses={
                "version": ClauseRow("version 2024.1", "needed; digits with one or two full stops"),
                "language": ClauseRow("language 1", "needed; the version of the language"),
                "in force from": ClauseRow(
                    "in force from DATE until DATE",
                    "needed; `until` where it ends. Otherwise it ends the day before its successor begins",
                ),
                "status": ClauseRow('status "…"', "what it is, shown in headings"),
                "supersedes": ClauseRow("supersedes 2022.09", "the version before it"),
                "by": ClauseRow("by ROLE", "who writes it; needed in a local policy"),
                "extends": ClauseRow("extends NAME 2024.08", "the policy that a local policy is laid over"),
                "binds": ClauseRow(
                    "binds ROLE, ROLE",
                    "in a local policy: roles that its author can bind, beside those that are part "
                    "of it; never "
                    "parents or pupils",
                ),
                "last checked": ClauseRow(
                    "last checked DATE",
                    "when it was last held against its sources; a decision more than a year later says so",
                ),
            },
            example="""\
policy reference.attendance "The examples of the reference"
  version 2024.1
  language 1
  status "an example"
  supersedes 2023.1
  by local_authority
  in force from 1 September 2024 until 31 August 2027
  last checked 21 November 2026
""",
            local="""\
policy trust.attendance "A trust's policy"
  version 2025.1
  language 1
  extends england.attendance 2024.08
  by academy_trust
  binds school
  in force from 1 September 2025
""",
        ),
        "source": DeclarationRow(
            form='source NAME "TITLE"',
            meaning="A document that the policy rests on.",
            clauses={
                "weight": ClauseRow(
                    "weight law, statutory guidance, guidance, local",
                    "needed; a recommendation shows the weight of what it cites",
                ),
                "publisher": ClauseRow('publisher "…"', "who published it"),
                "published": ClauseRow("published DATE", "when"),
                "url": ClauseRow('url "…"', "where it can be read"),
                "secondary": ClauseRow(
                    'secondary "…"',
                    "that we know it from somebody else's summary; shown wherever it is cited",
                ),
                "note": _NOTE,
            },
            example="""\
source GUIDE "Attendance guide of the council"
  weight guidance
  publisher "The council"
  published 1 July 2024
  url "https://example.org/guide"
  secondary "read in a summary"
  note "second edition"
""",
        ),
        "passage": DeclarationRow(
            form='passage SOURCE.NAME "TITLE"',
            meaning="One thing that a source asks for.",
            clauses={"note": _NOTE},
            example="""\
passage GUIDE.early_help "Offer help before absence grows"
  note "page 4"
passage GUIDE.notices.first "First notice"
""",
        ),
        "role": DeclarationRow(
            form='role NAME "TITLE"',
            meaning="Whoever acts, or judges.",
            clauses={"part of": ClauseRow("part of ROLE", "on whose behalf"), "note": _NOTE},
            example="""\
role school "School"
role school_office "School office"
  part of school
role parent "Parent or carer"
role local_authority "Local authority"
role officer "Officer who may issue notices"
  part of local_authority
  note "authorised by name"
""",
        ),
        "code": DeclarationRow(
            form='code "SIGN" "TITLE" KIND from DATE',
            meaning="A mark in the register. A mark means what the list in force on its own day "
            "says. Codes are "
            "national: a local policy has none of its own.",
            clauses={"until": ClauseRow("until DATE", "its last day in the list"), "note": _NOTE},
            example="""\
code "/" "Present, morning" present
code "\\" "Present, afternoon" present
code "V" "Educational visit" approved activity
code "I" "Illness" authorised absence
code "C" "Leave of absence" authorised absence
code "G" "Holiday without leave" unauthorised absence
code "N" "Reason not yet known" unauthorised absence
code "Y" "Unable to attend" not a possible session until 18 August 2024
code "Y1" "No transport" not a possible session from 19 August 2024
  note "one of seven"
code "#" "Planned closure" administrative
""",
        ),
        "codes": DeclarationRow(
            form='codes NAME "TITLE" = "SIGN", SET',
            meaning="A named set of codes, of other sets, or of both.",
            clauses={
                "except": ClauseRow('except "SIGN", SET', "what is taken out of it"),
                "note": _NOTE,
            },
            example="""\
codes illness "Illness" = "I"
codes away "Away, but not ill" = absent except illness
  note "of either kind"
""",
        ),
        "occasion": DeclarationRow(
            form='occasion NAME "TITLE" = run of MARKS of at least QUANTITY',
            meaning="An unbroken run of marks as something that happened, with a `start`, an `end` "
            "and a `length`. "
            "It may stand wherever an event may.",
            clauses=_FROM,
            example="""\
occasion unexplained "Unexplained absence"
  = run of "N"
  cites GUIDE.early_help
occasion long_leave "Long leave"
  = run of "C" of at least long_leave_days
  ours "an example"
  note "half days count"
""",
        ),
        "fact": DeclarationRow(
            form='fact NAME "TITLE" TYPE',
            meaning="What holds from one day to another. Where nobody has recorded it, it is "
            "unknown, not no.",
            clauses={
                "yes or no": ClauseRow("yes or no", "its type; every fact has one"),
                "one of": ClauseRow("one of NAME, NAME", "its type: one of some choices"),
                "number in": ClauseRow("number, number in UNIT", "its type"),
                "date": ClauseRow("date", "its type"),
                "text": ClauseRow("text", "its type"),
                "money": ClauseRow("money", "its type"),
                "for each": _EACH_PARENT,
                "of": _OF,
                "judged by": ClauseRow(
                    "judged by ROLE, ROLE",
                    "it needs judgement, and is never worked out from marks. Only these roles, and "
                    "those that "
                    "are part of them, may record it; where two differ, the last named prevails and "
                    "the reason "
                    "shows both",
                ),
                "sensitive": _SENSITIVE,
                "note": _NOTE,
            },
            example="""\
fact has_social_worker "Has a social worker" yes or no
  sensitive
fact support_taken_up "Support taken up by the family" one of fully, partly, declined
  judged by school, local_authority
  note "ask the family first"
fact minutes_late "Minutes by which the pupil is usually late" number
fact agreed_absence "Absence agreed in advance" number in sessions
fact reviewed_on "Last reviewed" date
fact agreed_plan "What was agreed" text
fact parking_fee "What parking costs" money
fact notices_checked "Earlier notices have been checked" yes or no
  for each parent
  judged by local_authority
fact has_lead "A senior leader is in charge of attendance" yes or no
  of school
""",
        ),
        "event": DeclarationRow(
            form='event NAME "TITLE"',
            meaning="What happens on a day. Every event has a `date`, and may have an `until`.",
            clauses={
                "with": ClauseRow(
                    "with NAME TYPE", "a field. Its value may change later; each value keeps its date"
                ),
                "lasts from": ClauseRow(
                    "lasts from NUMBER to QUANTITY",
                    "it has a length, so that `during` means something; a shorter or longer one is "
                    "remarked on",
                ),
                "relies on marks": ClauseRow(
                    "relies on marks",
                    "it names sessions that it rests on, so that a measure can leave them out: "
                    "`not relied on by`",
                ),
                "for each": _EACH_PARENT,
                "of": _OF,
                "sensitive": _SENSITIVE,
                "note": _NOTE,
            },
            example="""\
event called_home "Parents called"
event meeting "Meeting with the parents"
  with held_with one of parent, pupil, both
event review "Review"
event support_plan "Support plan"
  lasts from 2 to 12 weeks
  sensitive
event considered "Notice considered"
  for each parent
event penalty_notice "Penalty notice"
  for each parent
  with outcome one of outstanding, paid, withdrawn
  relies on marks
  note "dated on the day of issue"
event policy_reviewed "Attendance policy reviewed"
  of school
""",
        ),
        "threshold": DeclarationRow(
            form='threshold NAME "TITLE" = VALUE',
            meaning="A quantity or a date with a name, which may stand wherever the number may, in "
            "texts too. "
            "Every threshold says where it comes from.",
            clauses={
                "in": ClauseRow(
                    "in UNIT", "instead of a value: left to a local policy. Until that sets it, it is unknown"
                ),
                "open from": _OPEN,
                **_FROM,
            },
            example="""\
threshold at_risk_from "At risk" = 5%
  open from 2% to 9%
  ours "the guide names no percentage"
threshold persistent_from "Persistent absence" = 10%
  cites GUIDE.early_help
threshold call_within "Time to call" = 2 school days
  open
  cites GUIDE.early_help
  note "a target"
threshold long_leave_days "Long leave" = 10 school days
  cites GUIDE.early_help
threshold many_sessions "Many sessions" = 10 sessions
  cites GUIDE.notices.first
threshold a_while "A while" = 4 weeks
  ours "about a month"
threshold few_sessions "Few sessions so far" = 40 sessions
  ours "about four school weeks"
threshold least_group "Smallest group with a figure" = 10
  ours "a smaller group would point at children"
threshold new_rules "First day of the new rules" = 19 August 2024
  cites GUIDE.notices.first
threshold local_line "Line set by each council" in sessions
  open
  cites GUIDE.early_help
""",
        ),
        "measure": DeclarationRow(
            form='measure NAME "TITLE" = VALUE',
            meaning="A value: a share, a count, a length of time, a date.",
            clauses={"for each": _EACH_PARENT, **_FROM},
            example="""\
measure absence "Overall absence"
  = share of absent in this academic year
  cites GUIDE.early_help
measure unauthorised_sessions "Unauthorised sessions"
  = count of unauthorised in this academic year
  note "half days"
measure notices "Notices so far"
  = count of penalty_notice where outcome is not withdrawn
  for each parent
  ours "those withdrawn do not count"
""",
        ),
        "condition": DeclarationRow(
            form='condition NAME "TITLE" = CONDITION',
            meaning="Something that is true, false or unknown.",
            clauses={"for each": _EACH_PARENT, **_FROM},
            example="""\
condition help_declined "Help was declined"
  = support_taken_up is known and support_taken_up is declined
  cites GUIDE.early_help
condition unchecked "Earlier notices are not checked"
  = notices_checked is unknown
  for each parent
  ours "nobody has looked"
  note "ask the council"
""",
        ),
        "tier": DeclarationRow(
            form='tier NAME "TITLE"',
            meaning="A level of concern. Whoever is in a deeper tier is also `in tier` of the one "
            "it continues.",
            clauses=_TIER,
            example="""\
tier at_risk "At risk"
  when absence is at least at_risk_from
  provisional below few_sessions
  ours "the guide names no tiers"
tier persistent "Persistently absent"
  continues at_risk
  when absence is at least persistent_from
  provisional below few_sessions
  left when absence is less than at_risk_from
  cites GUIDE.early_help
  note "left later than it is entered"
""",
        ),
        "cohort": DeclarationRow(
            form='cohort NAME "TITLE" = CONDITION',
            meaning="A group of pupils to look at together. Its measures are pooled over its members.",
            clauses={
                "least size": ClauseRow("least size NUMBER", "a smaller group has no figure"),
                **_FROM,
            },
            example="""\
cohort with_social_worker "Pupils with a social worker"
  = has_social_worker is yes
  least size least_group
  cites GUIDE.early_help
cohort with_plan "Pupils with a support plan"
  = support_plan in this academic year
  ours "an example"
  note "plans of this year"
""",
        ),
        "action": DeclarationRow(
            form='action NAME "TITLE" ROLE must|must not|should|should not|may "…"',
            meaning="Who must, should or may do what.",
            clauses=_RULE,
            example="""\
action call "Call home"
  school should "call the parents within {call_within}"
  with parent
  jointly with local_authority
  usually by school_office
  in tier at_risk
  when unauthorised_sessions is at least 1 session
  unless has_social_worker is known and has_social_worker is yes
  within call_within
  done when called_home in this term
  cites GUIDE.early_help
  note "a message will do where nobody answers"
action ask_why "Ask why"
  school must "ask for the reason of every unexplained absence"
  for each occasion of unexplained
  within call_within
  stands until done
  done when called_home
  cites GUIDE.early_help
action look_again "Look again"
  school should "look again at what was agreed"
  only in tier at_risk
  no sooner than a_while after meeting
  every half term
  done when review
  cites GUIDE.early_help
action report_back "Report to the council"
  school should "report how the pupil attends"
  in tier persistent
  by 31 July each year
  cites GUIDE.early_help
action join_club "Breakfast club"
  parent may "send the child to the breakfast club"
  in tier at_risk
  expires after a_while
  done when meeting
  ours "an example"
""",
        ),
        "pathway": DeclarationRow(
            form='pathway NAME "TITLE"',
            meaning="A row of steps that follow one another.",
            clauses={
                "for each": ClauseRow(
                    "for each parent, for each occasion of OCCASION",
                    "it is walked for each apart; its steps need not say so",
                ),
                "in tier": ClauseRow(_IN_TIER.form, "asked of every step"),
                "when": ClauseRow("when CONDITION", "asked of every step"),
                "enforcement": ClauseRow(
                    "enforcement",
                    "only a step that `starts here`, and asks somebody to consider, may rest on "
                    "arithmetic alone",
                ),
                "cites": _CITES,
                "note": _NOTE,
            },
            example="""\
pathway notices_pathway "Notices"
  for each parent
  in tier at_risk
  when compulsory_school_age
  enforcement
  cites GUIDE.notices.first
  note "one round for each parent"
""",
        ),
        "step": DeclarationRow(
            form='step NAME of PATHWAY "TITLE" ROLE must|must not|should|should not|may "…"',
            meaning="An action with a place in a pathway. It may have every clause of an action, and these:",
            clauses={**_STEP, **_RULE},
            example="""\
step consider of notices_pathway "Consider a notice"
  school must "consider whether a notice is right, and record it"
  starts here
  when unauthorised_sessions is at least many_sessions
  stands until done
  done when considered
  cites GUIDE.notices.first
step issue of notices_pathway "Issue a notice"
  officer may "issue a notice"
  after consider if support_taken_up is declined
  done when penalty_notice
  ends the round
  cites GUIDE.notices.first
""",
        ),
        "bar": DeclarationRow(
            form='bar NAME "TITLE" stops ACTION, STEP when CONDITION',
            meaning="What forbids an action or a step. It goes on applying, and is *barred*.",
            clauses={
                "when": ClauseRow(
                    "when CONDITION",
                    "needed: while this holds, it stops; while it is unknown, so is the status",
                ),
                "for each": _EACH_PARENT,
                **_FROM,
            },
            example="""\
bar enough_notices "No third notice"
  stops issue
  when notices is at least 2
  for each parent
  cites GUIDE.notices.first
  note "whoever issued them"
bar no_calls "No calls"
  stops call, ask_why
  when has_lead is known and has_lead is no
  ours "nobody is there to call"
""",
        ),
        "change": DeclarationRow(
            form="change KIND NAME …",
            meaning="A local policy changes what it extends. The clauses that are given replace "
            "those of that sort, "
            "and the others stay. What may be changed is on the page about "
            "[local policies](../write-a-local-policy.md#what-can-be-changed-and-what-is-fixed).",
            clauses={
                **_STEP,
                **_TIER,
                **_RULE,
                "open from": _OPEN,
                "because": ClauseRow('because "…"', "needed: why; printed with whatever rests on the change"),
            },
            local="""\
change threshold conversation_within to 5 school days
  open from 3 school days to 10 school days
  because "ten days is too slow"
  note "agreed with the schools"
change action understand_barriers
  usually by attendance_champion
  within 5 school days
  because "our champions know the families"
""",
        ),
        "remove": DeclarationRow(
            form="remove KIND NAME",
            meaning="A local policy takes away what nothing else uses any more.",
            clauses={"because": ClauseRow('because "…"', "needed: why")},
            local="""\
remove action contact_other_schools
  because "our schools share one list"
""",
        ),
        "test": DeclarationRow(
            form='test "TITLE"',
            meaning="A small history, a date, and what is to come of it. "
            "[Tests](tests.md) says what each clause means.",
            clauses={
                "pupil": ClauseRow(
                    'pupil "P1" in year 4 born DATE with parents "A" at school "S1" of family "F1"',
                    "who; reception is year 0. All but the year may be left out",
                ),
                "on roll from": ClauseRow(
                    "on roll from DATE until DATE", "a time on roll; always, if not said"
                ),
                "calendar": ClauseRow('calendar "england-2024-25"', "which calendar"),
                "closed from": ClauseRow(
                    "closed on DATE, closed from DATE to DATE", "days on which the school is shut"
                ),
                "school": ClauseRow('school "S1" phase primary', "the school, and its phase"),
                "present": ClauseRow("present from DATE to DATE", "`/` and `\\` in every open session"),
                "marked": ClauseRow(
                    'marked "I" on DATE AM, marked "I" from DATE to DATE',
                    "one code; a later line replaces an earlier one, with `recorded DATE` as a correction",
                ),
                "marks": ClauseRow(
                    'marks "I\\-{Y1}" from DATE', "one code a session, over the open sessions"
                ),
                "unmarked": ClauseRow("unmarked on DATE AM", "takes marks away"),
                "given": ClauseRow(
                    "given FACT is VALUE, given EVENT on DATE", "what else is known, with dates and fields"
                ),
                "given no": ClauseRow("given no EVENT", "there was none"),
                "on": ClauseRow("on DATE", "the date of the decision; needed"),
                "known on": ClauseRow("known on DATE", "only what was known on that day"),
                "expect": ClauseRow(
                    "expect tier TIER, expect no action ACTION, expect due step STEP due DATE",
                    "what is to come of it",
                ),
                "expect measure": ClauseRow("expect measure MEASURE is VALUE", "exactly"),
            },
            example="""\
test "ten per cent, and a meeting that is no call"
  pupil "P1" in year 4 born 3 March 2016 with parents "A" at school "S1"
  on roll from 4 September 2024
  calendar "england-2024-25"
  closed on 20 September 2024
  school "S1" phase primary
  present from 4 September 2024 to 16 October 2024
  marked "I" from 14 October 2024 to 16 October 2024
  marks "/\\" from 16 October 2024
  unmarked on 16 October 2024 PM
  marked "G" on 16 October 2024 PM
  given meeting on 7 October 2024 with held_with is both
  given no called_home
  on 16 October 2024
  known on 18 October 2024
  expect measure absence is 5/60
  expect tier at_risk
  expect due action call
  expect no tier persistent
""",
        ),
    }
)
