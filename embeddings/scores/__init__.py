"""The impostor and genuine score distributions of each model."""
