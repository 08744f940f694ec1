"""What costs how much."""
