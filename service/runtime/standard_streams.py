"""The standard streams of a command, whatever state it was started with them in."""

import contextlib
import io
import os
import sys

STREAMS = {0: os.O_RDONLY, 1: os.O_WRONLY, 2: os.O_WRONLY}
"""The descriptors of the standard streams, and what each is opened for."""


def occupy() -> None:
    """Opens those that are closed on ``/dev/null``; before anything else is opened.

    The next file or connection would take the descriptor over, and with it whatever is printed or logged.
    """
    for descriptor, mode in STREAMS.items():
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, mode)  # takes the lowest that is free, which is this one
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def print_anything() -> None:
    """Has characters that the streams' encoding lacks printed as escapes: a terminal may know ASCII alone."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str) -> None:
    """Prints a line; a standard output that takes none is no reason to end."""
    try:
        print(line, flush=True)
    except OSError:
        forget_unwritten()


def forget_unwritten() -> None:
    """Drops what the standard output cannot take, of which Python would complain once more when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
