"""Whether what the product stands on is as it has to be: each module looks at one thing, and changes nothing."""
