"""How things look in JSON: one module for each kind of thing, checked against GitHub's document by the tests."""
