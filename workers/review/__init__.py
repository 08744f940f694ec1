"""From a pull request to a review."""
