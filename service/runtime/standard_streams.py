"""Makes the standard streams of a command usable in whatever state they were inherited."""

import contextlib
import io
import os
import sys

STREAMS = {0: os.O_RDONLY, 1: os.O_WRONLY, 2: os.O_WRONLY}
"""The descriptors of the standard streams, and the mode each is opened with."""


def open_closed() -> None:
    """Opens closed standard streams on ``/dev/null``. Call it before anything else is opened.

    Otherwise the next file or connection gets the free descriptor and receives everything that is printed or logged.
    """
    for descriptor, mode in STREAMS.items():
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, mode)  # gets the lowest free descriptor, which is this one
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def print_anything() -> None:
    """Prints characters that the stream's encoding lacks as escapes; a terminal may support only ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str) -> None:
    """Prints a line; ignores a standard output that cannot be written."""
    try:
        print(line, flush=True)
    except OSError:
        forget_unwritten()


def say_on_stderr(line: str) -> None:
    """Prints a line to the standard error stream; ignores one that cannot be written."""
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def forget_unwritten() -> None:
    """Discards unwritable output, about which Python would otherwise complain again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
