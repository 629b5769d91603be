"""The manual is true: its examples run, its lists are those of the code, its links lead somewhere."""
