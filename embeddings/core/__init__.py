"""Types, errors, geometry, vectors, model cards, and the LiteRT interpreter."""
