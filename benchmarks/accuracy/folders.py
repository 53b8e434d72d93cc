"""Reads the folders of faces for an evaluation from the command line."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import embeddings
from benchmarks.accuracy import embedded
from benchmarks.accuracy.cache import VectorCache, fingerprint
from benchmarks.accuracy.embedded import NETWORKS, Embedded, embed_folder
from benchmarks.accuracy.errata import Errata, read_errata
from benchmarks.common import faces
from benchmarks.common.engines import ROOT
from benchmarks.common.own_process import usable_cores
from embeddings.weights.prepare import prepare_network

CODE = [Path(module.__file__ or "") for module in (faces, embedded)]
"""The code that computes vectors, in addition to the package ``embeddings``."""

CACHE = ROOT / ".cache" / "vectors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments for the folders to measure and their errata."""
    parser.add_argument("--faces", type=Path, action="append", required=True, help="folder of folders of photographs")
    parser.add_argument("--errata", type=Path, help="CSV file of wrong labels and of relatives")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where vectors are kept for the next run")
    parser.add_argument("--processes", type=int, default=len(usable_cores()), help="that embed at a time")


def embed_all(chosen: argparse.Namespace, models: Path) -> list[Embedded]:
    """Embeds every folder.

    Raises:
        ValueError: a folder contains no people with photographs, or the errata are malformed.
    """
    errata = read_errata(chosen.errata) if chosen.errata else Errata()
    networks = [prepare_network(network, models) for network in NETWORKS]
    computed_by = fingerprint([*networks, *CODE], Path(embeddings.__file__).parent)
    cache = VectorCache(chosen.cache, computed_by)
    return [
        embed_folder(folder, models, cache, errata, chosen.processes, name)
        for name, folder in named(chosen.faces).items()
    ]


def named(folders: Sequence[Path]) -> dict[str, Path]:
    """Returns the folders by their names in the report, with the parent's name if two names are equal."""
    names = [folder.resolve().name for folder in folders]
    return {
        name if names.count(name) == 1 else f"{folder.resolve().parent.name}/{name}": folder
        for name, folder in zip(names, folders, strict=True)
    }
