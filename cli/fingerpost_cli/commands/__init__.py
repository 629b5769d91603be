"""The commands, one file each: `fingerpost NAME` is `NAME_command` in `NAME.py`."""
