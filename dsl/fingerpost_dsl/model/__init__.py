"""The policy model: what a policy means, whichever way it was spelt."""
