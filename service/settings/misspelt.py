"""Finds misspelt names of settings, because a misspelt variable has no effect."""

import difflib
from collections.abc import Collection, Iterable, Iterator

PREFIX = "VISAGE_"
FOR_TESTS = "VISAGE_TEST_"
"""The prefix of variables that configure the project's own tests."""

ALIKE = 0.6
"""The least similarity of two names, 0 to 1, for a suggestion; the default of ``difflib``."""


def misspelt(names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """Yields a sentence for each name with the prefix of settings that is not a setting, and suggests the nearest one.

    Args:
        names: names of environment variables or secret files, in any case.
        known: the variables of all settings, in capitals.
    """
    by_rest = {variable.removeprefix(PREFIX): variable for variable in known}
    for name in sorted(names):
        written = name.upper()
        if not written.startswith(PREFIX) or written.startswith(FOR_TESTS) or written in known:
            continue
        nearest = difflib.get_close_matches(written.removeprefix(PREFIX), by_rest, 1, ALIKE)
        hint = f"; did you mean {by_rest[nearest[0]]}?" if nearest else ""
        yield f"{name} is not a setting of Visage and has no effect{hint}"
