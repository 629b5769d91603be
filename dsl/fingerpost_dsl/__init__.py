"""The language: from the text of a policy to a checked model.

Reads policies written in the language of Fingerpost or in YAML, reports every problem it finds with the place
and what to do about it, and hands on a typed model of the policy. It knows nothing of pupils or registers,
and imports no other package of Fingerpost.
"""
