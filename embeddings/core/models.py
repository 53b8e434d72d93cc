"""Model cards: the properties of a network that the rest of Visage needs."""

from dataclasses import dataclass

from embeddings.core.errors import ModelError

SFACE = "sface"
FACENET_CASIA_WEBFACE = "facenet-casia-webface"
FACENET_VGGFACE2 = "facenet-vggface2"
"""The model ids of the networks; FaceNet has one for each set of weights."""

MINIFASNET = "minifasnet"
"""The network of ``embeddings.liveness.passive``. It has no card, because it makes no vectors."""


@dataclass(frozen=True)
class ModelCard:
    """The properties of a network. Its vectors can only be compared with each other.

    ``embeddings.scores.references`` has the distribution of its impostor scores.

    Attributes:
        model_id: the network's name, stored with every vector.
        dimension: the length of its vectors.
        margin: the minimal difference between the cosines of the best and the second-best person.
        same_person_floor: the minimal cosine of a capture to the template of the other captures of a sign-up, where the
            head is turned on purpose, or of a login with several images. It is below the cut-offs of searches.
        sitting_floor: the minimal cosine of a face of one challenge to the template of the others that look ahead. It
            is higher, because the frames are seconds apart.
    """

    model_id: str
    dimension: int
    margin: float
    same_person_floor: float
    sitting_floor: float


MARGIN = 0.05
"""Refuses none of the mated searches of LFW with three or five captures, with either network, at the cut-off for FPIR
0.001 (0.07 % with a single capture). Keeps twins and double accounts apart (``make eval``)."""

SFACE_FLOOR = 0.38
"""Refuses 0.2 % of honest sign-ups with five photographs taken years apart, and 0.6 % with three. Accepts 0.2 % of
sign-ups with one stranger's photograph among them (4,000 sign-ups drawn from LFW; ``make eval``)."""

FACENET_FLOOR = 0.45
"""Refuses 2.3 % of honest sign-ups with five photographs, 2.9 % with three; accepts 0.6 % with a stranger's (LFW)."""

SITTING_FLOOR = 0.5
"""In 99 of 100 cases, an LFW head that is rendered turned by 15 to 35 degrees has a cosine of 0.65 or more to itself
looking ahead, with either network. Of 27,000 pairs of different people SFace has none above 0.41, FaceNet 0.12 % above
0.5."""

CARDS = (
    ModelCard(SFACE, 128, MARGIN, SFACE_FLOOR, SITTING_FLOOR),
    ModelCard(FACENET_CASIA_WEBFACE, 512, MARGIN, FACENET_FLOOR, SITTING_FLOOR),
    ModelCard(FACENET_VGGFACE2, 512, MARGIN, FACENET_FLOOR, SITTING_FLOOR),
)
"""All models; the first is the default. VGGFace2 uses the values of CASIA-WebFace, because its weights must be
downloaded and have not been measured."""


def card(model_id: str) -> ModelCard:
    """Returns the card of a model id.

    Raises:
        ModelError: the model is unknown.
    """
    for known in CARDS:
        if known.model_id == model_id:
            return known
    raise ModelError(f"no model is called {model_id!r}; known are {', '.join(known.model_id for known in CARDS)}")
