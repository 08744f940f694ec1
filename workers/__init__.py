"""Does things, slowly and again if needed: fetches, analyses, reviews, commits."""
