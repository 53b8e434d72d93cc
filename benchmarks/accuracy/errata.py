"""Known label errors in a set of photographs, and relatives in it.

A CSV file with the columns ``kind`` and ``what``, and any others. A ``photograph`` (a label such as
``Name/Name_0001.jpg``) and a ``person`` (a name) are left out. A ``pair`` (two names with a space between them) are
relatives, who do not count as strangers to each other.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

KINDS = ("photograph", "person", "pair")


@dataclass(frozen=True)
class Errata:
    """Photographs and people to leave out, and relatives; empty by default.

    Attributes:
        photographs: labels of photographs that show another person than their label says.
        people: names of people who are also there under another name.
        kin: pairs of names of twins and siblings.
    """

    photographs: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    kin: frozenset[frozenset[str]] = frozenset()


def read_errata(path: Path) -> Errata:
    """Reads an errata file; it may name photographs and people that the folder does not contain.

    Raises:
        ValueError: the file has another format.
    """
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row.get("kind") not in found or not row.get("what"):
                raise ValueError(f"{path.name}: a line has a kind other than {', '.join(KINDS)}: {row}")
            found[row["kind"]].append(row["what"])
    kin = frozenset(frozenset(names.split()) for names in found["pair"])
    return Errata(frozenset(found["photograph"]), frozenset(found["person"]), kin)
