"""npm, the bundler, and what puts the pages together."""
