"""The gallery: its search, its vector index, and its model of impostor scores."""
