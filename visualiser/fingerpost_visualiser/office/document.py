"""Who does what as a document: a heading and a table for each role, on landscape pages."""

from __future__ import annotations

from io import BytesIO
from itertools import groupby

from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser.extras import needs
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.office.rows import HEADINGS, rows
from fingerpost_visualiser.office.settled import settled
from fingerpost_visualiser.theme import Theme
from fingerpost_visualiser.views.common import source_line

_SHOWN = (1, 2, 4, 5, 6)
"""The columns of a role's table: for whom, how strongly, in full, when, on what it rests."""
_WIDTHS = (40, 24, 88, 40, 74)
"""Millimetres, on A4 landscape."""


def document(policy: Policy, theme: Theme, role: str | None = None) -> bytes:
    """The document as bytes; the same for the same policy."""
    needs("docx", extra="office")
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    written = docx.Document()
    section = written.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    written.styles["Normal"].font.name = "Arial"
    written.styles["Normal"].font.size = Pt(10)
    written.core_properties.title = f"Who does what: {visible(policy.header.title)}"[:255]
    written.core_properties.author = ""
    if theme.logo is not None:
        written.add_picture(str(theme.logo), height=Mm(18))
    written.add_heading("Who does what", 0)
    written.add_paragraph(visible(source_line(policy)))
    for who, mine in groupby(rows(policy, role), key=lambda row: row.cells[0]):
        written.add_heading(who, 1)
        table = written.add_table(rows=1, cols=len(_SHOWN), style="Table Grid")
        table.autofit = False
        _repeated(table.rows[0])
        for place, column in enumerate(_SHOWN):
            table.rows[0].cells[place].paragraphs[0].add_run(HEADINGS[column]).bold = True
        for row in mine:
            cells = table.add_row().cells
            for place, column in enumerate(_SHOWN):
                cells[place].paragraphs[0].add_run(row.cells[column]).bold = column == 2
        for line in table.rows:
            for cell, width in zip(line.cells, _WIDTHS, strict=True):
                cell.width = Mm(width)
    packed = BytesIO()
    written.save(packed)
    return settled(packed.getvalue())


def _repeated(row: object) -> None:
    """The heading stands on every page that the table reaches, and is read as a heading."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()  # type: ignore[attr-defined]  # python-docx has no public way
    properties.append(OxmlElement("w:tblHeader"))
