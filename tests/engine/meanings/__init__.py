"""The exact meanings of the language, one file or a few for each of the 32, with cases on both sides of every line.

A test's docstring is the sentence that is true. `docs/language/exact-meanings.md` has the same sentences, numbered alike.
"""
