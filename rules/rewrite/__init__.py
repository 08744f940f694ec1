"""Changes to a migration, as data."""
