"""A progress bar for long commands."""

import sys
import time
from collections.abc import Callable, Iterable

import click


def show_progress(steps: Iterable[None], length: int, label: str, done: Callable[[], int], unit: str) -> None:
    """Runs all steps and shows their progress, rate and remaining time on stderr.

    Args:
        steps: each step does a part of the work.
        length: the number of steps.
        label: what the command does.
        done: returns how many units are done, for the rate.
        unit: the unit of the rate.
    """
    started = time.monotonic()
    with click.progressbar(
        steps,
        length=length,
        label=label,
        show_pos=True,
        item_show_func=lambda _: f"{done() / (time.monotonic() - started):.1f} {unit}/s",
        file=sys.stderr,
    ) as progress:
        for _ in progress:
            pass
