"""What people may ask for in a comment."""
