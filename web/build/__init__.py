"""npm and the bundler."""
