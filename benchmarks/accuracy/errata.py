"""What is known to be wrong with the labels of a set of photographs, and who in it is related.

A CSV file with the columns ``kind`` and ``what``, and any others. A ``photograph`` (a label such as
``Name/Name_0001.jpg``) and a ``person`` (a name) are left out. A ``pair`` (two names with a space between them) are
relatives, who are not strangers to each other.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

KINDS = ("photograph", "person", "pair")


@dataclass(frozen=True)
class Errata:
    """What to leave out and whom to compare apart; by default nothing.

    Attributes:
        photographs: labels of photographs that show somebody else than they say.
        people: names of people who are there under another name too.
        kin: pairs of names of twins and siblings.
    """

    photographs: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    kin: frozenset[frozenset[str]] = frozenset()


def read_errata(path: Path) -> Errata:
    """The errata in a file; lines about photographs and people that a folder does not hold do no harm.

    Raises:
        ValueError: it is not such a file.
    """
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row.get("kind") not in found or not row.get("what"):
                raise ValueError(f"{path.name}: a line is about none of {', '.join(KINDS)}: {row}")
            found[row["kind"]].append(row["what"])
    kin = frozenset(frozenset(names.split()) for names in found["pair"])
    return Errata(frozenset(found["photograph"]), frozenset(found["person"]), kin)
