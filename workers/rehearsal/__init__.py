"""The rehearsal: what migrations do, seen on a PostgreSQL of their own that is thrown away after."""
