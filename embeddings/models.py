"""Model cards: what the rest of Visage must know of a network or a combination of networks."""

from dataclasses import dataclass

from embeddings.errors import ModelError

FACENET = "facenet"
"""The network that ``prepare.prepare_models`` converts, whatever its weights."""


@dataclass(frozen=True)
class Component:
    """One network of a combination.

    Attributes:
        network: which network, such as ``facenet``.
        dimension: the length of its vector.
        weight: its share in the cosine, relative to the other components'.
    """

    network: str
    dimension: int
    weight: float = 1.0


@dataclass(frozen=True)
class ModelCard:
    """A network or a combination whose vectors can be compared with each other, and with no others.

    Attributes:
        model_id: the name stored with every vector.
        components: the networks whose vectors are concatenated.
        cutoff: the cosine from which two vectors count as one person.
        margin: by how much the cosine of the best person must be above the second best's.
        same_person_floor: the least cosine of two captures taken to be of one person at sign-up, where the head is
            turned on purpose; lower than the cut-off.
    """

    model_id: str
    components: tuple[Component, ...]
    cutoff: float
    margin: float
    same_person_floor: float

    @property
    def dimension(self) -> int:
        """The length of the combined vector."""
        return sum(component.dimension for component in self.components)


FACENET_CASIA_WEBFACE = ModelCard(
    "facenet-casia-webface", (Component(FACENET, 512),), cutoff=0.6, margin=0.05, same_person_floor=0.45
)
"""By `make eval` on ten people of LFW, one photograph against a template of five others: at 0.5 FMR 0.0009 and FNMR
0.0038; at 0.6 no false match and FNMR 0.0161 (on ORL, tiny and grey, FMR 0.0066 and FNMR 0.0097). The cut-off leaves
room for a gallery of hundreds. The floor refuses 1.7 % of honest sign-ups with five photographs taken years apart, and
lets 0.3 % of those with a stranger's among them pass."""

FACENET_VGGFACE2 = ModelCard(
    "facenet-vggface2", (Component(FACENET, 512),), cutoff=0.6, margin=0.05, same_person_floor=0.45
)
"""Taken over from CASIA-WebFace, not measured: these weights must be fetched first."""

CARDS = (FACENET_CASIA_WEBFACE, FACENET_VGGFACE2)


def card(model_id: str) -> ModelCard:
    """The card of this model id.

    Raises:
        ModelError: no such model is known.
    """
    for known in CARDS:
        if known.model_id == model_id:
            return known
    raise ModelError(f"no model is called {model_id!r}; known are {', '.join(known.model_id for known in CARDS)}")


def card_of_weights(weights: str) -> ModelCard:
    """The card of FaceNet with these weights, ``casia-webface`` or ``vggface2``.

    Raises:
        ModelError: no such weights are known.
    """
    return card(f"facenet-{weights}")
