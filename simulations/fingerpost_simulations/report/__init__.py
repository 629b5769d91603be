"""Reports of simulations: a page with pictures, and a summary for people with two minutes."""
