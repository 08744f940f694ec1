"""How a report is shown: to people, and to programs."""
