"""The embedded PostgreSQL's settings, by the machine it is set up on."""

import os

SETTINGS = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    # A refused statement or a conflicting row must not carry a face, a hash or a name into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "max_wal_size": "4GB",  # an import writes much at once
}
"""Those that are the same everywhere."""

BUFFER_SHARE, LEAST_BUFFERS, MOST_BUFFERS = 8, 128, 8192
"""The part of the memory that becomes shared buffers, at least and at most so many MiB. A large gallery's index should
fit: it has 140 MiB for a million people. Buffers that are never filled take no memory."""


def settings_for(memory_mib: int, cores: int) -> dict[str, str]:
    """What is written to postgresql.conf when the data is made; an operator may change it there.

    Args:
        memory_mib: of the machine.
        cores: of the machine; half of them build an index, and the rest is left to logins.
    """
    buffers = min(max(memory_mib // BUFFER_SHARE, LEAST_BUFFERS), MOST_BUFFERS)
    return SETTINGS | {
        "shared_buffers": f"{buffers}MB",
        "max_parallel_maintenance_workers": str(max(cores // 2 - 1, 0)),
    }


def settings_here() -> dict[str, str]:
    """The settings for this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return settings_for(memory, len(os.sched_getaffinity(0)))
