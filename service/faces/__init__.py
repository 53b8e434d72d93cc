"""Images -> captures: usable faces with their embeddings. Also guidance for the user at the camera."""
