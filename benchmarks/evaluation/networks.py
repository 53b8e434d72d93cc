"""Every network that installs from the package registries, run over a folder of faces."""

from pathlib import Path

from benchmarks.evaluation.alignments import Realigned
from benchmarks.evaluation.embedded import Embedded, embed_folder
from benchmarks.faces import list_photographs
from embeddings.litert_engine import LiteRTEngine
from embeddings.models import CARDS, DLIB_RESNET, FACENET_CASIA_WEBFACE, MOBILEFACENET, chosen_card, combination
from embeddings.prepare import prepare_network
from embeddings.references import STANDS_FOR

NETWORKS = (FACENET_CASIA_WEBFACE, MOBILEFACENET, DLIB_RESNET)

SHIPPED = [card for card in CARDS if card.model_id not in STANDS_FOR]
"""The models of these networks, the default first."""

WITHOUT_DLIB = chosen_card("casia-webface", "facenet+mobilefacenet")
FACENET_ALONE = chosen_card("casia-webface", "facenet")
"""Two of them by name."""


def embed(folder: Path, models: Path) -> Embedded:
    """The photographs of a folder by every network, on one thread.

    Args:
        folder: of folders of people.
        models: the folder with converted networks; what is missing is added.
    """
    paths = {network: prepare_network(network, models) for network in NETWORKS}
    alone = [combination({network: 1.0}) for network in NETWORKS]
    engine = LiteRTEngine(paths, alone[0], interpreters=1, others=alone[1:])
    engine.warm_up()
    return embed_folder(folder.name, list_photographs(folder), engine, NETWORKS, Realigned.load(paths))
