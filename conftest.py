"""What pytest leaves alone where an extra is not installed."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("numba") else ["engine/fingerpost/population/compiled.py"]
