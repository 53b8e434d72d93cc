"""New templates from stored images, when the model changes."""
