"""Model cards: what the rest of Visage must know of a network."""

from dataclasses import dataclass

from embeddings.core.errors import ModelError

SFACE = "sface"
FACENET_CASIA_WEBFACE = "facenet-casia-webface"
FACENET_VGGFACE2 = "facenet-vggface2"
"""The networks, FaceNet with either of its weights."""

MINIFASNET = "minifasnet"
"""The network of ``embeddings.liveness.passive``. It has no card, because it makes no vectors."""


@dataclass(frozen=True)
class ModelCard:
    """A network whose vectors can be compared with each other, and with no others.

    How alike different people are by its scores is in ``embeddings.scores.references``.

    Attributes:
        model_id: the network's name, stored with every vector.
        dimension: the length of its vectors.
        margin: the least difference between the cosines of the best and the second-best person.
        same_person_floor: the least cosine of a capture to the template of the other captures of a sign-up, where the
            head is turned on purpose, or of a login with several images. Below the cut-offs of searches.
        sitting_floor: the least cosine of a face of one challenge to the template of the others that look ahead:
            higher, as they are seconds apart.
    """

    model_id: str
    dimension: int
    margin: float
    same_person_floor: float
    sitting_floor: float


MARGIN = 0.05
"""Refuses none of the mated searches of LFW with three captures or five, by either network, at the cut-off that keeps
FPIR 0.001 (0.07 % with a single one), and keeps twins and double accounts apart (``make eval``)."""

SFACE_FLOOR = 0.38
"""Refuses 0.2 % of honest sign-ups with five photographs taken years apart, 0.6 % with three, and accepts 0.2 % of
those with one stranger's photograph among them (4,000 sign-ups drawn from LFW; ``make eval``)."""

FACENET_FLOOR = 0.45
"""The same: refuses 2.3 % with five photographs, 2.9 % with three, and accepts 0.6 % with a stranger's (LFW)."""

SITTING_FLOOR = 0.5
"""A head of LFW's that is drawn turned by 15 to 35 degrees keeps a cosine of 0.65 or more to itself looking ahead in 99
of 100, by either network. Of 27,000 pairs with other people SFace puts none above 0.41, FaceNet 0.12 % above 0.5."""

CARDS = (
    ModelCard(SFACE, 128, MARGIN, SFACE_FLOOR, SITTING_FLOOR),
    ModelCard(FACENET_CASIA_WEBFACE, 512, MARGIN, FACENET_FLOOR, SITTING_FLOOR),
    ModelCard(FACENET_VGGFACE2, 512, MARGIN, FACENET_FLOOR, SITTING_FLOOR),
)
"""All models; the first is the default. The values of VGGFace2 are those of CASIA-WebFace: its weights have to be
downloaded and have not been measured."""


def card(model_id: str) -> ModelCard:
    """The card of this model id.

    Raises:
        ModelError: the model is unknown.
    """
    for known in CARDS:
        if known.model_id == model_id:
            return known
    raise ModelError(f"no model is called {model_id!r}; known are {', '.join(known.model_id for known in CARDS)}")
