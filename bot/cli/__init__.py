"""The ecto-fix command."""
