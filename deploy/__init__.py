"""How ecto-fix is run: images, compose files, and a GitHub on your own machine."""
