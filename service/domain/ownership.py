"""Finds the owner of a file that this process may not use, for error messages."""

import os
import pwd
from pathlib import Path


def whose(path: Path) -> str:
    """Says who owns a path, or the folder that it would be in, in a sentence; empty if ownership is not the cause.

    The usual cause is a command that once ran as root.
    """
    if os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        return ""
    for one in (path, *path.absolute().parents):
        try:
            owner = one.lstat().st_uid
        except OSError:  # not there, or in a closed folder
            continue
        if owner == os.geteuid():
            return ""
        return f"{one} belongs to {_name(owner)}, but this process runs as {_name(os.geteuid())}"
    return ""


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
