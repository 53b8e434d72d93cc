"""Image bytes -> pixels, within limits."""
