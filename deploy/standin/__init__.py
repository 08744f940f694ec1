"""A GitHub on your own machine: real HTTP, real bare git repositories, signed webhooks and a pull request page."""
