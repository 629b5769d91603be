"""Sense: what is well formed, but cannot be meant. Each module looks for one sort of it in the model."""
