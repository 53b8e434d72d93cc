"""Names of settings that nobody knows: most are misspelt, and what they were to change stays as it was."""

import difflib
from collections.abc import Collection, Iterable, Iterator

PREFIX = "VISAGE_"
FOR_TESTS = "VISAGE_TEST_"
"""Names that begin so choose what the project's own tests run on."""

ALIKE = 0.6
"""How alike two names must be, 0 to 1, for one to be suggested; the default of ``difflib``."""


def misspelt(names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """A sentence for each name that begins as a setting's does and is none, with the setting whose name is nearest.

    Args:
        names: of environment variables or of files with secrets, in any case.
        known: the variables that there are, in capitals.
    """
    by_rest = {variable.removeprefix(PREFIX): variable for variable in known}
    for name in sorted(names):
        written = name.upper()
        if not written.startswith(PREFIX) or written.startswith(FOR_TESTS) or written in known:
            continue
        nearest = difflib.get_close_matches(written.removeprefix(PREFIX), by_rest, 1, ALIKE)
        hint = f"; did you mean {by_rest[nearest[0]]}?" if nearest else ""
        yield f"{name} is no setting of Visage and changes nothing{hint}"
