"""Layers: a local policy on top of the policy that it extends."""
