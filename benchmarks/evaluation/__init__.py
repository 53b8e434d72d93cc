"""How often the pipeline takes one person for another, and on what it depends: ``python -m benchmarks.evaluation``."""
