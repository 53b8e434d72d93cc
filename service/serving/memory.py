"""How the C library keeps memory: images come and go by the megabyte, and each is as large as the one before.

By default glibc gives a buffer of more than 128 KiB back to the system when it is done with, and asks for it again for
the next request, page by page: decoding a 640 x 480 picture then takes 1.6 ms instead of 0.9 (measured). Whether it
does depends on what a thread happened to do first.
"""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""The parameters' numbers in malloc.h; see mallopt(3)."""

KEPT = 4 << 20
"""Bytes up to which a buffer is kept for the next request: a picture of 1,300 x 1,000 pixels. A process with as many
threads as ours keeps a few of them, and returns larger ones at once."""


def keep_buffers() -> None:
    """Has this process keep the memory of images; with another C library than glibc, nothing."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, KEPT)
        mallopt(M_TRIM_THRESHOLD, 2 * KEPT)
