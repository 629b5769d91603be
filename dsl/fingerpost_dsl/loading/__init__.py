"""Finding the files of a policy, and the policy that it extends."""
