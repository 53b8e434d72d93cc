"""How many examples Hypothesis tries of a property: a few hundred, the same each time, or many new ones."""

from hypothesis import HealthCheck, settings

FEW = 200
MANY = 3_000
"""For `make test-all`, which tries other examples each time and prints how to repeat one that fails."""


def tried(examples: int) -> settings:
    """Hypothesis's settings for so many examples; no example has a deadline, as nothing here is timed."""
    return settings(
        max_examples=examples,
        derandomize=examples <= FEW,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
