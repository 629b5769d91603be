"""Office files: who does what as a workbook or document, and a deck to teach from.

python-pptx, python-docx and XlsxWriter write them; they come with the extra `office`. Whatever a policy's
words are, they are written as text: a title that begins with `=` is no formula.
"""
