"""`python -m fingerpost_cli`: the same as the `fingerpost` command."""

from fingerpost_cli.main import main

main()
