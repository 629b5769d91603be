"""Writing histories: as a folder of CSV tables, or as one JSON document.

What is written is what `fingerpost.readers` reads: reading it again gives an equal history with the same
digest. Files appear whole or not at all.
"""

from fingerpost.writers.document import to_json
from fingerpost.writers.tables import to_tables
from fingerpost.writers.whole import write_folder, write_json, write_whole

__all__ = ["to_json", "to_tables", "write_folder", "write_json", "write_whole"]
