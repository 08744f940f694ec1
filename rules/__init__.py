"""What is known of Elixir, Ecto and PostgreSQL: pure functions from text to findings and rewrites."""
