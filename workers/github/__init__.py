"""GitHub, in the words of our domain."""
