"""Who does what as a workbook: one sheet, its heading kept in sight, a filter on every column."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser.extras import needs
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.office.rows import HEADINGS, rows
from fingerpost_visualiser.theme import Theme
from fingerpost_visualiser.views.common import source_line

_WIDTHS = (24, 26, 12, 32, 60, 24, 60, 40)
_TOP = 3
"""Rows above the table: title, source, an empty one."""
_LONG_AGO = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - written as it is; a real date would make equal files differ


def workbook(policy: Policy, theme: Theme, role: str | None = None) -> bytes:
    """The workbook as bytes; the same for the same policy."""
    needs("xlsxwriter", extra="office")
    import xlsxwriter

    written = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, {"in_memory": True, **plain}) as book:
        title = f"Who does what: {visible(policy.header.title)}"
        book.set_properties({"title": title[:255], "created": _LONG_AGO})
        sheet = book.add_worksheet("Who does what")
        head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": theme.lane})
        looks = {
            look: book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": colours.fill})
            for look, colours in theme.boxes.items()
        }
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
        sheet.write_string(1, 0, visible(source_line(policy)))
        for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(_TOP, column, heading, head)
        found = rows(policy, role)
        for number, row in enumerate(found, start=_TOP + 1):
            for column, cell in enumerate(row.cells):
                sheet.write_string(number, column, cell, looks[row.look])
        sheet.autofilter(_TOP, 0, _TOP + max(len(found), 1), len(HEADINGS) - 1)
        sheet.freeze_panes(_TOP + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_TOP)
    return written.getvalue()
