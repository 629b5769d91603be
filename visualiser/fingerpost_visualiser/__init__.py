"""The visualiser: policies, pathways, pupils and comparisons as pictures and tables.

Pictures are made in two steps: a description as text, which needs nothing but this package and its extra, and
its rendering, which runs Graphviz.
"""
