"""Coverage-guided fuzzing of everything that reads what strangers send: ``make fuzz``, or ``python -m tests.fuzz``."""
