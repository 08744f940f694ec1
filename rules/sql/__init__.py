"""PostgreSQL's own reading of raw SQL, as values."""
