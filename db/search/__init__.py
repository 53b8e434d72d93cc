"""Face templates: the search statement, and the vector index from its build to its removal."""
