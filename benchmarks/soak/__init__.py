"""A long overload with twice the maximal throughput: ``make soak``."""
