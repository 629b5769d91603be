"""What things cost: see README.md."""
