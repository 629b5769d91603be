"""Renderings: a decision, a reason or an explanation as text, JSON, CSV or HTML.

All of them are pure functions from plain values to text. `worklist` is a school's list for the week,
`officer` and `parent` explain one pupil to two audiences, `json_form` and `csv_form` are for programs,
`html` is for printing, `timeline` is a pupil's year. What a parent is never shown stands in one table, in
`withheld`.

They share `words` (dates, rates, marks in ranges) and `sentences` (a reason in plain English), and get the
wording of the policy itself from `fingerpost_dsl.wording`, so that a picture, a message and a reason say
the same thing in the same way.
"""
