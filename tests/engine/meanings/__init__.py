"""The exact meanings of the language: a file for each of the 32, with cases on both sides of every line.

A test's docstring is the sentence that is true. `docs/language/exact-meanings.md` numbers them alike.
"""
