"""Face templates: the one search statement, and the life of the vector index."""
