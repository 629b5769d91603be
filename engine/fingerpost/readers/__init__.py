"""Reading histories: from a folder of CSV tables, a workbook, one JSON document, or the standard input.

`read_history` is all that a caller needs. It never raises for what is wrong with the data: every problem is a
`Diagnostic` with file, line, column and advice, and all of them come from one run.

Why it is made this way: the two formats fill one draft (`draft.py`), so that each check stands in one place
(`settle.py`, `registers.py`) and says the same of both. Single cells are read by `cells.py`, rows about facts
and events by `rows.py` and `owners.py`. Marks, of which there are a thousand times more than of anything
else, have a path of their own (`marks.py`) that makes no object a row. Exports with names and
words of their own are the same tables with other headers (`mapping.py`).
"""

from fingerpost.readers.read import read_calendar, read_history

__all__ = ["read_calendar", "read_history"]
