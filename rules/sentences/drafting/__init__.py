"""From what a sentence asks for to the migrations that do it: in steps, each of which running code bears."""
