"""The embedded PostgreSQL's settings, which depend on the machine it is set up on."""

import os

import psutil

SETTINGS = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "max_wal_size": "4GB",  # an import writes much at once
}
"""The settings that are the same on every machine."""

SILENCE = {
    "log_min_messages": "log",  # no errors of statements, since some contain a value; the client gets them anyway
    "log_min_error_statement": "panic",  # a refused statement contains its values, because psycopg2 inserts them
    "log_error_verbosity": "terse",  # the details quote a conflicting or failing row, or a dead backend's statement
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
"""The settings that keep faces, hashes and names out of the server's log. They are given at every start and override
the configuration files. So they also apply to older data, and an operator does not turn statement logs on by
accident."""

BUFFER_SHARE, LEAST_BUFFERS, MOST_BUFFERS = 8, 128, 8192
"""The shared buffers: this part of the memory, with a minimum and a maximum in MiB. A large gallery's index should fit:
it has 140 MiB for a million people. Buffers that are never filled take no memory."""


def settings_for(memory_mib: int, cores: int) -> dict[str, str]:
    """Returns the settings for postgresql.conf of new data; an operator may change them there.

    Args:
        memory_mib: the machine's memory.
        cores: the machine's cores; half of them build an index, and the rest serve logins.
    """
    buffers = min(max(memory_mib // BUFFER_SHARE, LEAST_BUFFERS), MOST_BUFFERS)
    return SETTINGS | {
        "shared_buffers": f"{buffers}MB",
        "max_parallel_maintenance_workers": str(max(cores // 2 - 1, 0)),
    }


def settings_here() -> dict[str, str]:
    """Returns the settings for this machine."""
    # Only Linux binds processes to cores.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return settings_for(psutil.virtual_memory().total >> 20, cores)
