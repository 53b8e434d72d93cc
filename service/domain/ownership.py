"""Whose a file is, for messages about files that this process may not use."""

import os
import pwd
from pathlib import Path


def whose(path: Path) -> str:
    """Tells who owns a path that this process may not use, or the folder that it would be in; empty if that is not why.

    The cause is often a command that ran once as root.
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
        return f"{one} belongs to {_name(owner)}, and this runs as {_name(os.geteuid())}"
    return ""


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
