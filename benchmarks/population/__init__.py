"""Millions of pupils: ourselves beside other tools, on the same data, with equal answers."""
