"""Coverage-guided fuzzing of all code that reads untrusted input: ``make fuzz``, or ``python -m tests.fuzz``."""
