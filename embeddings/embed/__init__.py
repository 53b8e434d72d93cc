"""Faces -> embeddings."""
