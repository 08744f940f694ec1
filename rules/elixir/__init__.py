"""Elixir text to tree, losing nothing."""
