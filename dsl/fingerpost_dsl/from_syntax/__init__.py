"""From the syntax tree to the model: names resolved, units checked, one module a concept.

Expressions are recursive, and so are the modules that translate them: a window may hold a condition (`while
…`), a condition a value, a value a window. They import one another as modules, never names out of one
another.
"""
