"""The number of examples that Hypothesis tries: a few hundred, the same in each run, or many new ones."""

from hypothesis import HealthCheck, settings

FEW = 200
MANY = 3_000
"""For `make test-all`, which tries different examples in each run and prints how to repeat a failing one."""


def tried(examples: int) -> settings:
    """Returns Hypothesis's settings for this many examples, without deadlines, because nothing here is timed."""
    return settings(
        max_examples=examples,
        derandomize=examples <= FEW,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
