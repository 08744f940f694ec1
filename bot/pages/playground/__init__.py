"""The playground: migrations pasted into a page, judged as a pull request is."""
