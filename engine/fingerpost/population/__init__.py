"""The population evaluator: the reference's answers for very many pupils at once, in columns."""
