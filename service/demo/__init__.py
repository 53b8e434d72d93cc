"""``visage demo``: a service to try, in a temporary folder, with a sample account; it deletes itself."""
