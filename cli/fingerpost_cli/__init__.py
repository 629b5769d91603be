"""The `fingerpost` command: one module for each verb.

The command is a thin edge over the other packages: it reads arguments, calls them, prints what they return
and sets the exit code (0 fine, 1 findings, 2 wrong use or unreadable input). Heavy imports are made inside
the commands, so that `fingerpost --help` answers at once.
"""
