"""Results: from finished runs to figures with their intervals, tables and files."""
