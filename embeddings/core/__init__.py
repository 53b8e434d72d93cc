"""Types, errors, geometry, vectors, model cards, and how LiteRT models run."""
