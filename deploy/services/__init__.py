"""Real servers for tests and the demo: found on the system or in a package, started here, thrown away after."""
