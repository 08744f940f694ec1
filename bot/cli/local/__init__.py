"""A repository on this machine, read as the rules want it."""
