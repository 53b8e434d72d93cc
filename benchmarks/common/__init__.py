"""Code that several benchmarks share, including synthetic people."""
