"""Which changes of a policy its own tests would notice: mutation testing, of a policy instead of a program.

For its caller: `mutants(policy)` lists every small change of what the policy declares itself, one at a time;
`judged(policy, calendars, …)` runs the policy's tests against each and says which test noticed it, if any.

Why it is made this way: a change is made on the model, where it cannot be misspelt, and is told in the plain
English of reasons, so that an officer can read what nobody would have noticed. Only the expectations that can
come out differently are asked again: those of what rests, however indirectly, on what was changed
(`reach.py`).
"""

from fingerpost.mutation.mutants import Mutant, mutants, nameable
from fingerpost.mutation.running import Verdict, judged

__all__ = ["Mutant", "Verdict", "judged", "mutants", "nameable"]
