"""The renderings of decisions."""
