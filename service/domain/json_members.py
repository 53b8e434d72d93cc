"""Members of JSON objects: where a name is there twice, readers differ in which they take (RFC 8259, section 4)."""

from collections.abc import Sequence
from typing import Any


class RepeatedNameError(ValueError):
    """An object has two members of one name; the message says which."""


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object, for ``json``'s ``object_pairs_hook``; raises RepeatedNameError."""
    members = dict(pairs)
    if len(members) < len(pairs):
        repeated = sorted({name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1})
        raise RepeatedNameError(f"{', '.join(repeated)} is there twice")
    return members
