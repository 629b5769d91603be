"""The pupils of Hillview Primary with a story of their own, for the demonstration, the manual and the tests.

All stories are told as of Friday 14 November 2025, after 96 sessions of the autumn term, with half term
from 27 to 31 October. `about` says what each one shows.
"""

from __future__ import annotations

from dataclasses import replace

from fingerpost.history import Stay
from fingerpost_simulations.hillview.days import SLOTS
from fingerpost_simulations.hillview.people import Person
from fingerpost_simulations.hillview.rows import AUTHORITY, SCHOOL, Case, considered, event, notice
from fingerpost_simulations.hillview.stories import Story, away, day, pupil, sessions


def _slots(first: str, last: str) -> list[int]:
    return [SLOTS[session] for session in sessions(day(first), day(last))]


def _welcomed(case: Case) -> None:
    """The school has talked with the family about what stands in the way."""
    case.happened(event("barriers_discussed", day("12 Nov")))
    case.know("barriers_in_school", False, day("12 Nov"), SCHOOL)
    case.know("barriers_outside_school", False, day("12 Nov"), SCHOOL)
    case.know("safeguarding_concern", False, day("12 Nov"), SCHOOL)


def _tell_worker(case: Case) -> None:
    case.happened(event("parents_contacted", day("12 Nov")))


def _declined(case: Case) -> None:
    case.happened(event("barriers_discussed", day("1 Oct")), event("support_offered", day("1 Oct")))
    case.happened(event("targeted_support_agreed", day("13 Oct")))
    case.happened(event("legal_intervention_discussed", day("6 Nov")))
    case.know("support_taken_up", "partly", day("1 Oct"), SCHOOL)
    case.know("support_taken_up", "declined", day("5 Nov"), SCHOOL)
    case.know("support_working", False, day("5 Nov"), SCHOOL)
    case.know("safeguarding_concern", False, day("1 Oct"), SCHOOL)
    case.know("barriers_in_school", False, day("1 Oct"), SCHOOL)
    case.know("barriers_outside_school", True, day("1 Oct"), SCHOOL)
    case.happened(event("services_signposted", day("8 Oct")))


def _two_notices(case: Case) -> None:
    _paid_notice(case, "25 Nov 2024", "13 Dec 2024", ("11 Nov 2024", "15 Nov 2024"), "2 Jan")
    _paid_notice(case, "28 Apr", "16 May", ("31 Mar", "4 Apr"), "3 Jun")
    case.happened(considered(day("16 Oct"), "A", "notice_asked_for", "a third holiday in term in one year"))
    case.know("support_appropriate", False, day("16 Oct"), SCHOOL)
    case.know_of("A", "notices_checked", True, day("20 Oct"), AUTHORITY)
    _looked_at(case, "16 Oct")


def _paid_notice(
    case: Case, on: str, issued: str, holiday: tuple[str, str], settled: str, *, outcome: str = "paid"
) -> None:
    """Parent A was sent a penalty notice for a holiday: considered, issued, settled."""
    case.happened(considered(day(on), "A", "notice_asked_for", "a holiday in term without leave"))
    case.know_of("A", "notices_checked", True, day(on), AUTHORITY)
    case.happened(
        notice(
            case.pupil,
            "A",
            day(issued),
            _slots(*holiday),
            offence_from=day(holiday[0]),
            then=(outcome, day(settled)),
        )
    )


def _looked_at(case: Case, on: str) -> None:
    case.happened(event("barriers_discussed", day(on)), event("targeted_support_agreed", day(on)))
    case.happened(event("legal_intervention_discussed", day(on)))
    case.know("safeguarding_concern", False, day(on), SCHOOL)
    case.know("support_taken_up", "not_yet", day(on), SCHOOL)
    case.know("support_working", False, day(on), SCHOOL)


def _withdrawn_notice(case: Case) -> None:
    _paid_notice(case, "13 Jun", "20 Jun", ("19 May", "23 May"), "8 Jul", outcome="withdrawn")
    case.happened(considered(day("16 Oct"), "A", "notice_asked_for", "a holiday in term without leave"))
    case.know("support_appropriate", False, day("16 Oct"), SCHOOL)
    case.know_of("A", "notices_checked", True, day("3 Nov"), AUTHORITY)
    _looked_at(case, "16 Oct")


def _severe(case: Case) -> None:
    case.happened(event("barriers_discussed", day("16 Sep")), event("support_offered", day("16 Sep")))
    case.happened(event("targeted_support_agreed", day("24 Sep")), event("agencies_met", day("15 Oct")))
    case.happened(event("pastoral_plan_agreed", day("17 Sep")), event("referral_made", day("22 Sep")))
    case.happened(event("attendance_planned", day("17 Sep")), event("adjustments_made", day("17 Sep")))
    case.happened(event("healthcare_plan_made", day("22 Sep")))
    case.know("support_taken_up", "fully", day("24 Sep"), SCHOOL)
    case.know("support_working", False, day("6 Oct"), SCHOOL)
    case.know("support_appropriate", True, day("16 Sep"), SCHOOL)
    case.know("safeguarding_concern", False, day("16 Sep"), SCHOOL)
    case.know("barriers_in_school", True, day("16 Sep"), SCHOOL)
    case.know("barriers_outside_school", False, day("16 Sep"), SCHOOL)


def _improving(case: Case) -> None:
    case.happened(event("support_offered", day("15 Sep")), event("barriers_discussed", day("15 Sep")))
    case.know("support_taken_up", "declined", day("22 Sep"), SCHOOL)
    case.know("support_working", False, day("22 Sep"), SCHOOL)
    case.know("support_appropriate", True, day("22 Sep"), SCHOOL)
    case.know("safeguarding_concern", False, day("15 Sep"), SCHOOL)
    case.happened(event("formal_meeting", day("24 Sep")), event("targeted_support_agreed", day("24 Sep")))
    case.happened(event("legal_warning_given", day("24 Sep")))
    case.happened(event("legal_intervention_discussed", day("24 Sep")))
    case.happened(considered(day("29 Sep"), "A", "notice_to_improve", "support was offered and declined"))
    case.happened(
        replace(event("notice_to_improve", day("6 Oct")), parent="A", until=day("7 Nov")),
    )


def _unpaid(case: Case) -> None:
    case.happened(considered(day("22 Sep"), "A", "notice_asked_for", "a holiday in term without leave"))
    case.know("support_appropriate", False, day("22 Sep"), SCHOOL)
    case.know_of("A", "notices_checked", True, day("24 Sep"), AUTHORITY)
    offence = day("8 Sep")
    case.happened(notice(case.pupil, "A", day("3 Oct"), _slots("8 Sep", "12 Sep"), offence_from=offence))
    _looked_at(case, "22 Sep")


def _one_parent_has_had_one(case: Case) -> None:
    _paid_notice(case, "10 Mar", "21 Mar", ("24 Feb", "28 Feb"), "7 Apr")
    for parent in "AB":
        case.happened(
            considered(day("10 Nov"), parent, "notice_asked_for", "a holiday in term without leave")
        )
        case.know_of(parent, "notices_checked", True, day("12 Nov"), AUTHORITY)
    case.know("support_appropriate", False, day("10 Nov"), SCHOOL)
    _looked_at(case, "10 Nov")


def _gone(case: Case) -> None:
    case.happened(event("barriers_discussed", day("17 Oct")), event("targeted_support_agreed", day("20 Oct")))
    case.know("support_taken_up", "not_yet", day("20 Oct"), SCHOOL)
    case.know("school_enquiries", "under_way", day("20 Oct"), SCHOOL)
    case.know("authority_enquiries", "under_way", day("4 Nov"), AUTHORITY)
    case.know("safeguarding_concern", False, day("20 Oct"), SCHOOL)
    case.know("support_appropriate", True, day("20 Oct"), SCHOOL)
    case.happened(event("parents_contacted", day("13 Oct")), event("attendance_return_sent", day("5 Nov")))
    for parent in "AB":
        case.happened(considered(day("20 Oct"), parent, "support_goes_on", "nobody has been reached yet"))


def _helped(case: Case) -> None:
    case.happened(event("barriers_discussed", day("3 Oct")), event("support_offered", day("3 Oct")))
    case.happened(event("targeted_support_agreed", day("3 Oct")))
    case.know("support_taken_up", "fully", day("3 Oct"), SCHOOL)
    case.know("support_working", True, day("3 Oct"), SCHOOL)
    case.know("support_appropriate", True, day("3 Oct"), SCHOOL)
    case.know("safeguarding_concern", False, day("3 Oct"), SCHOOL)
    case.know("barriers_in_school", False, day("3 Oct"), SCHOOL)
    case.know("barriers_outside_school", False, day("3 Oct"), SCHOOL)


def _back_from_holiday(case: Case) -> None:
    case.happened(event("barriers_discussed", day("3 Nov")), event("targeted_support_agreed", day("3 Nov")))
    case.know("safeguarding_concern", False, day("3 Nov"), SCHOOL)
    case.know("support_taken_up", "fully", day("3 Nov"), SCHOOL)
    case.know("support_working", True, day("3 Nov"), SCHOOL)


def _concern(case: Case) -> None:
    case.know("safeguarding_concern", False, day("29 Sep"), SCHOOL)
    case.know("safeguarding_concern", True, day("12 Nov"), SCHOOL)
    case.happened(event("barriers_discussed", day("29 Sep")), event("targeted_support_agreed", day("13 Oct")))
    case.know("support_taken_up", "partly", day("13 Oct"), SCHOOL)
    case.know("support_working", True, day("13 Oct"), SCHOOL)


def _ill(case: Case) -> None:
    case.happened(event("barriers_discussed", day("14 Oct")), event("support_offered", day("14 Oct")))
    case.happened(event("targeted_support_agreed", day("20 Oct")))
    case.know("support_taken_up", "fully", day("14 Oct"), SCHOOL)
    case.know("safeguarding_concern", False, day("14 Oct"), SCHOOL)


def _marks_only(person: Person) -> Person:
    return replace(person, only_marks=True, stays=(Stay(first=day("3 Nov")),))


STORIES: tuple[Story, ...] = (
    Story(
        person=pupil("P0412", 6, "2015-01-15", "F901"),
        about="a week's holiday and two half days reach the national threshold; nothing has been decided",
        marks=(away("G", "3 Nov", "6 Nov"), away("U", "10 Nov", half="AM"), away("O", "11 Nov", half="AM")),
        record=_welcomed,
    ),
    Story(
        person=pupil("P0305", 3, "2018-04-02", "F901"),
        about="P0412's sister was on the same holiday: two sessions short of the threshold",
        marks=(away("G", "3 Nov", "6 Nov"),),
    ),
    Story(
        person=pupil("P0231", 4, "2017-02-21", "F902", parents="A", has_social_worker=True),
        about="nobody has told the social worker about Wednesday's unexplained absence; the child is back",
        marks=(away("N", "12 Nov"), away("I", "24 Sep")),
        record=_tell_worker,
    ),
    Story(
        person=pupil("P0077", 2, "2018-11-30", "F903"),
        about="persistently absent, mostly ill, and support is declined: formal support is due",
        marks=(
            away("I", "15 Sep", "18 Sep"),
            away("O", "9 Oct"),
            away("I", "13 Oct", half="PM"),
            away("I", "4 Nov", "5 Nov"),
        ),
        record=_declined,
    ),
    Story(
        person=pupil("P0118", 5, "2016-03-09", "F904", parents="A"),
        about="a third holiday after two penalty notices: a third notice is barred, another tool is not",
        marks=(
            away("G", "11 Nov 2024", "15 Nov 2024"),
            away("G", "31 Mar", "4 Apr"),
            away("G", "6 Oct", "10 Oct"),
        ),
        record=_two_notices,
    ),
    Story(
        person=pupil("P0388", 6, "2015-06-18", "F905", parents="A"),
        about="an earlier notice was withdrawn and does not count: a first notice may be issued",
        marks=(away("G", "19 May", "23 May"), away("G", "6 Oct", "10 Oct")),
        record=_withdrawn_notice,
    ),
    Story(
        person=pupil("P0620", 5, "2015-12-01", "F906"),
        about="one parent has had a notice and the other has not: second and first, for the same holiday",
        marks=(away("G", "24 Feb", "28 Feb"), away("G", "13 Oct", "17 Oct")),
        record=_one_parent_has_had_one,
    ),
    Story(
        person=pupil("P0533", 6, "2014-10-22", "F907", parents="A"),
        about="a penalty notice is unpaid after 28 days: the authority has to consider what follows",
        marks=(away("G", "8 Sep", "12 Sep"),),
        record=_unpaid,
    ),
    Story(
        person=pupil("P0064", 4, "2016-12-12", "F908", parents="A"),
        about="the period of a notice to improve is over: the officer judges whether it was enough",
        marks=(away("O", "9 Sep", "12 Sep"), away("O", "23 Sep"), away("I", "16 Oct")),
        record=_improving,
    ),
    Story(
        person=pupil("P0350", 6, "2015-08-05", "F909", has_medical_condition=True),
        about="away for more than half of the term: severely absent, and no joint approach agreed yet",
        marks=(
            away("I", "8 Sep", "26 Sep"),
            away("I", "6 Oct", "8 Oct"),
            away("I", "20 Oct", "24 Oct"),
            away("I", "5 Nov", "7 Nov"),
            away("O", "11 Nov", "12 Nov"),
        ),
        record=_severe,
    ),
    Story(
        person=pupil("P0299", 3, "2018-01-27", "F910"),
        about="not seen for twenty school days: enquiries go on, and nobody deletes a name by arithmetic",
        marks=(away("O", "13 Oct", "6 Nov"), away("N", "7 Nov", "14 Nov")),
        record=_gone,
    ),
    Story(
        person=pupil("P0480", 5, "2016-05-14", "F911"),
        about="fifteen school days of illness: somebody has to judge whether a sickness return is due",
        marks=(away("I", "22 Sep", "10 Oct"),),
        record=_ill,
    ),
    Story(
        person=pupil("P0199", 1, "2020-03-03", "F912"),
        about="one mark N older than five school days, and a fresh one",
        marks=(away("N", "4 Nov"), away("N", "13 Nov")),
    ),
    Story(
        person=pupil("P0142", 5, "2015-09-29", "F913"),
        about="ten unauthorised sessions until two were found to be illness, on 12 November",
        marks=(away("O", "22 Sep", "25 Sep"), away("I", "5 Nov", was="N", until="12 Nov")),
        record=_helped,
    ),
    Story(
        person=_marks_only(pupil("P0501", 3, "2018-02-14", "F914", parents="")),
        about="new on 3 November, and only marks are known: two days of illness weigh too much: provisional",
        marks=(away("I", "11 Nov", "12 Nov"),),
    ),
    Story(
        person=pupil("P0455", 1, "2019-10-10", "F915", parents="A"),
        about="no marks for six days, so whether the pupil is at risk is not known",
        marks=(away("", "16 Sep", "19 Sep"), away("", "22 Oct", "23 Oct"), away("I", "6 Nov", "7 Nov")),
    ),
    Story(
        person=pupil("P0266", 0, "2021-08-02", "F916"),
        about="a week's holiday before compulsory school age: absent, but not counted towards the threshold",
        marks=(away("G", "13 Oct", "17 Oct"),),
        record=_back_from_holiday,
    ),
    Story(
        person=pupil("P0555", 2, "2019-06-16", "F917", parents="A"),
        about="a safeguarding concern recorded on Wednesday comes before any percentage",
        marks=(away("I", "29 Sep", "1 Oct"), away("O", "20 Oct", half="PM"), away("I", "6 Nov", "7 Nov")),
        record=_concern,
    ),
)
