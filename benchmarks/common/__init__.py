"""What several benchmarks share, synthetic people among it."""
