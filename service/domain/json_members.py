"""Refuses JSON objects with a repeated name: readers differ in which member they take (RFC 8259, section 4)."""

from collections.abc import Sequence
from typing import Any


class RepeatedNameError(ValueError):
    """An object has two members with the same name; the message names it."""


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Returns the members of an object, as an ``object_pairs_hook`` of ``json``. Raises RepeatedNameError."""
    members = dict(pairs)
    if len(members) < len(pairs):
        repeated = sorted({name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1})
        raise RepeatedNameError(f"{', '.join(repeated)} is there twice")
    return members
