"""What `tests/strategies.py` is made of: a vocabulary, expressions, rules, calendars and histories."""
