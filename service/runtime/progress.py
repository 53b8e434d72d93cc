"""A progress bar for an operator who waits for a long command."""

import sys
import time
from collections.abc import Callable, Iterable

import click


def show_progress(steps: Iterable[None], length: int, label: str, done: Callable[[], int], unit: str) -> None:
    """Takes all the steps, and shows on stderr how far they are, how fast, and how long it will take.

    Args:
        steps: each of which is a part of the work done.
        length: how many there will be.
        label: what is done.
        done: what has been counted so far, for the rate.
        unit: of what is counted.
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
