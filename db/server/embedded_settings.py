"""The embedded PostgreSQL's settings, by the machine it is set up on."""

import os

SETTINGS = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "max_wal_size": "4GB",  # an import writes much at once
}
"""Those that are the same everywhere."""

SILENCE = {
    "log_min_messages": "log",  # no errors of statements, which some sentences end in a value of; the client has them
    "log_min_error_statement": "panic",  # a refused statement has its values in it, as psycopg2 writes them there
    "log_error_verbosity": "terse",  # the details quote a conflicting or a failing row, or what a dead backend was at
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_duration": "off",
    "log_lock_waits": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
}
"""What keeps faces, hashes and names out of the server's log. It is given at every start and wins over the files: data
that was made before has it too, and nobody turns a statement's log on in passing."""

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
