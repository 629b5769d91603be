"""What should agree, held equal on generated policies and histories."""
