"""Model cards: what the rest of Visage must know of a network or a combination of networks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embeddings.errors import ModelError

SFACE = "sface"
FACENET_CASIA_WEBFACE = "facenet-casia-webface"
FACENET_VGGFACE2 = "facenet-vggface2"
MOBILEFACENET = "mobilefacenet"
DLIB_RESNET = "dlib"
"""The networks, each with its weights."""

DIMENSIONS = {SFACE: 128, FACENET_CASIA_WEBFACE: 512, FACENET_VGGFACE2: 512, MOBILEFACENET: 192, DLIB_RESNET: 128}
"""The length of each network's vector."""


@dataclass(frozen=True)
class Component:
    """One network of a combination.

    Attributes:
        network: which network, such as ``facenet-casia-webface``.
        weight: its share in the cosine, relative to the other components'.
    """

    network: str
    weight: float = 1.0


@dataclass(frozen=True)
class ModelCard:
    """A network or a combination whose vectors can be compared with each other, and with no others.

    How alike two people are by its scores is in ``embeddings.references``.

    Attributes:
        model_id: the name stored with every vector.
        components: the networks whose vectors are concatenated.
        margin: by how much the cosine of the best person must be above the second best's.
        same_person_floor: the least cosine of a capture to the template of all the others of a sign-up, where the head
            is turned on purpose, or of a login by several; lower than the cut-offs of all but the smallest galleries.
    """

    model_id: str
    components: tuple[Component, ...]
    margin: float
    same_person_floor: float

    @property
    def dimension(self) -> int:
        """The length of the combined vector."""
        return sum(DIMENSIONS[component.network] for component in self.components)

    @property
    def networks(self) -> Sequence[str]:
        """The names of its networks, in the order of their vectors."""
        return [component.network for component in self.components]


MARGIN = 0.05
"""Costs one login in a thousand on ORL and none on LFW, and keeps twins and double accounts apart."""

DLIB_MARGIN = 0.03
"""The same with dlib, whose cosines lie closer together: costs none on either."""

SFACE_FLOOR = 0.38
"""Refuses 0.1 % of honest sign-ups with five photographs taken years apart, 0.8 % with three, and lets 0.4 % and 0.1 %
of those with a stranger's photograph among them pass (4,000 sign-ups drawn from LFW; of ORL's 0 %, and 1.5 and 1.7 %)."""

FACENET_FLOOR = 0.45
"""Refuses 0.2 % of honest sign-ups with five photographs taken years apart, 0.9 % with three, and lets 0.6 % of those
with a stranger's among them pass (LFW; of ORL's 0.1 to 0.6 % and 7 %)."""

FUSED_FLOOR = 0.45
"""Refuses 0.2 % of honest sign-ups with five photographs and 0.7 % of those with three, and lets 0.1 % of those with a
stranger's photograph pass, of 4000 drawn (LFW; of ORL's 0.5 to 1.2 % and 5 %)."""

DLIB_FLOOR = 0.58
"""The same with dlib, whose cosines are higher: none of the honest sign-ups with five photographs, 0.5 % with three,
and 0.1 % of those with a stranger's (LFW; of ORL's 0.2 to 0.9 % and 6 %)."""

MOBILEFACENET_WEIGHT = 4.0
"""Of MobileFaceNet where FaceNet's is 1. From 1.4 to 4 FNIR in the small galleries of `make eval` is the same within
the intervals; the more MobileFaceNet, the lighter is the tail of strangers' scores, on which large galleries depend
(``benchmarks.reference``)."""

DLIB_WEIGHT = 2.0
"""Of dlib where FaceNet's is 1. It tells people apart who are much alike: on ORL it brings FNIR at FPIR 0.003 down by a
sixth, from 1.28 to 1.06 %. Twice as much does a little more, but makes the tail of strangers' scores heavier
(``benchmarks.reference``)."""


def combination(weights: Mapping[str, float], margin: float = MARGIN, floor: float = FUSED_FLOOR) -> ModelCard:
    """A card of these networks, called by their names in this order; one that is not in ``CARDS`` is for evaluation.

    Args:
        weights: each network's share in the cosine; see ``Component``.
        margin: see ``ModelCard``.
        floor: its ``same_person_floor``.

    Raises:
        ModelError: there are none, one isn't known, or a weight is not positive.
    """
    if not weights or not set(weights) <= set(DIMENSIONS) or min(weights.values()) <= 0.0:
        raise ModelError(f"no combination: {dict(weights)}; known are {', '.join(DIMENSIONS)}")
    components = tuple(Component(network, weight) for network, weight in weights.items())
    return ModelCard("-".join(weights), components, margin, floor)


def _cards(facenet: str) -> tuple[ModelCard, ...]:
    two = {facenet: 1.0, MOBILEFACENET: MOBILEFACENET_WEIGHT}
    return (
        combination(two | {DLIB_RESNET: DLIB_WEIGHT}, DLIB_MARGIN, DLIB_FLOOR),
        combination(two),
        combination({facenet: 1.0}, floor=FACENET_FLOOR),
    )


CARDS = (
    combination({SFACE: 1.0}, floor=SFACE_FLOOR),
    *_cards(FACENET_CASIA_WEBFACE),
    *_cards(FACENET_VGGFACE2),
)
"""All models; the first is the default. What is said of VGGFace2 is taken over from CASIA-WebFace, not measured: those
weights must be fetched first."""


def card(model_id: str) -> ModelCard:
    """The card of this model id.

    Raises:
        ModelError: no such model is known.
    """
    for known in CARDS:
        if known.model_id == model_id:
            return known
    raise ModelError(f"no model is called {model_id!r}; known are {', '.join(known.model_id for known in CARDS)}")


def chosen_card(weights: str, networks: str) -> ModelCard:
    """The card of a choice of networks.

    Args:
        weights: FaceNet's, ``casia-webface`` or ``vggface2``.
        networks: ``sface``; or ``facenet``, and further ones after a plus: ``facenet+mobilefacenet+dlib``.

    Raises:
        ModelError: no such weights or networks are known.
    """
    if networks == SFACE:
        return card(SFACE)
    return card("-".join([f"facenet-{weights}", *networks.split("+")[1:]]))


def choice_of(model: ModelCard) -> tuple[str, str]:
    """What to give :func:`chosen_card` for a card of ``CARDS``: weights and networks."""
    facenet, *others = model.networks
    if facenet == SFACE:
        return "casia-webface", SFACE
    return facenet.removeprefix("facenet-"), "+".join(["facenet", *others])
