"""Images -> captures: usable faces with their embeddings, and guidance before the camera."""
