"""Runs: a scenario's pupils through the weeks of a year under a policy, with what staff and families do.

`run.py` is one run: decide, list, work, record, respond, week after week. `journal.py` keeps each week as a
file, written whole, so that a run that was stopped goes on where it was. `together.py` does the runs of a
scenario in as many processes as there are. All chance comes from `chance.py`: a number for a seed and a name
of what is drawn, so that no order and no division of the work can change it, and the same pupil meets the
same luck under another policy.
"""
