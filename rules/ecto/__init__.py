"""What a migration asks for, forwards and backwards."""
