"""What the database looks like at a moment."""
