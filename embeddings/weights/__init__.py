"""Weight files, and their conversion to LiteRT."""
