"""The views: each makes a scene of a policy, of a pupil, or of two policies."""
