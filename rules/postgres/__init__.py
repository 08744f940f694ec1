"""What PostgreSQL does when it is asked."""
