"""What people and Apps do on GitHub, with all that follows: references move, threads open, webhooks go out."""
