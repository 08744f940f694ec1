"""How many workers do for how many repositories: a simulated day, and its picture in `docs/scaling.md`."""
