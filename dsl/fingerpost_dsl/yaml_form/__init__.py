"""YAML, the second spelling of the same model: reading it, writing it, and the schema that editors use.

A YAML file becomes policy text with a map back into the file (`declared.py`, `rendered.py`), and that text is
parsed like any other (`from_yaml.py`); so there is one grammar, and a mistake in either spelling has the same
message. The other way (`to_yaml.py`), the parser's own tokens are sorted under their keys. Which keys there
are is worked out from the grammar (`shapes.py`), and the schema (`schema.py`) from that.
"""
