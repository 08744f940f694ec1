"""Hears GitHub and people, answers fast."""
