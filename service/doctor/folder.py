"""Checks that the data folder is closed to other users, has free space, and is complete."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from embeddings.weights.prepare import is_prepared
from service.doctor.finding import Finding
from service.faces.engine import networks_of
from service.settings.model import Settings

LEAST_FREE_BYTES = 1 << 30
LEAST_FREE_SHARE = 0.05
"""Below either value, PostgreSQL and sign-ups will soon run out of disk space."""


def examine_folder(settings: Settings) -> Iterator[Finding]:
    """Reports the free space of the data folder, and whether other users can read its keys and images."""
    yield _room(settings.home)
    for folder in (settings.keys_folder, settings.images_folder):
        yield _closed(folder)


def examine_networks(settings: Settings) -> Iterator[Finding]:
    """Reports whether the converted networks are complete; reads all of them."""
    for network in networks_of(settings):
        whole = is_prepared(network, settings.models_folder)
        text = "converted and undamaged" if whole else "not converted, or damaged: `visage prepare`"
        yield Finding("network", f"{network}: {text}", not whole)


def _room(home: Path) -> Finding:
    usage = shutil.disk_usage(home)
    short = usage.free < LEAST_FREE_BYTES or usage.free < LEAST_FREE_SHARE * usage.total
    text = f"{usage.free / 2**30:,.1f} GiB free of {usage.total / 2**30:,.1f} on the disk of {home}"
    return Finding("disk", f"{text}: make room" if short else text, short)


def _closed(folder: Path) -> Finding:
    """Checks the permissions of the folder and its files."""
    if not folder.is_dir():
        return Finding(folder.name, "none yet")
    open_ones = [path for path in (folder, *(path for path in folder.iterdir() if path.is_file())) if _is_open(path)]
    if not open_ones:
        return Finding(folder.name, "closed to other users")
    return Finding(folder.name, f"other users can read it: chmod go= {' '.join(map(str, open_ones))}", trouble=True)


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
