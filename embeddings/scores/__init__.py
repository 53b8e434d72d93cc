"""What is known of each model's impostor and genuine scores."""
