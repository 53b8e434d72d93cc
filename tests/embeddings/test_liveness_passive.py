"""The passive check with the real network, and the region of a frame that it sees."""

import numpy as np
import pytest

from embeddings.core.models import MINIFASNET
from embeddings.core.types import Box, Face, RGBImage
from embeddings.liveness import Sight
from embeddings.liveness.passive import MOST_FRAMES, SIZE, PassiveCheck, surroundings
from embeddings.weights.prepare import prepare_network
from tests.embeddings.conftest import MODELS


@pytest.fixture(scope="module")
def check() -> PassiveCheck:
    return PassiveCheck(prepare_network(MINIFASNET, MODELS), interpreters=1)


@pytest.fixture(scope="module")
def sight(astronaut: RGBImage, astronaut_face: Face) -> Sight:
    return Sight(astronaut, astronaut_face)


def on_a_phone(sight: Sight) -> Sight:
    """The picture pale behind a black bezel, as a phone shows it."""
    image = (sight.image * 0.5 + 110).astype(np.uint8)
    box = sight.face.box
    left, right = (int(box.left - 0.3 * box.width), int(box.right + 0.3 * box.width))
    image[:, : max(left, 0)] = image[:, right:] = 12
    return Sight(image, sight.face)


def test_a_photograph_of_a_person_is_no_attack(check: PassiveCheck, sight: Sight) -> None:
    assert check.score([sight]) < 0.5


def test_a_pale_picture_behind_a_bezel_is_more_like_an_attack(check: PassiveCheck, sight: Sight) -> None:
    assert check.score([on_a_phone(sight)]) > check.score([sight])


def test_several_frames_are_judged_by_their_mean(check: PassiveCheck, sight: Sight) -> None:
    phone = on_a_phone(sight)
    both = check.score([sight, phone])
    assert both == pytest.approx((check.score([sight]) + check.score([phone])) / 2)


def test_no_more_frames_are_judged_than_a_login_may_cost(check: PassiveCheck, sight: Sight) -> None:
    assert check.score([on_a_phone(sight)] + [sight] * MOST_FRAMES) == pytest.approx(check.score([sight]))


def test_without_a_frame_there_is_nothing_to_judge(check: PassiveCheck) -> None:
    with pytest.raises(ValueError, match="no frame"):
        check.score([])


def grid(height: int, width: int) -> RGBImage:
    """Red says the column, green the row."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([columns, rows, np.zeros_like(rows)], axis=-1).astype(np.uint8)


def test_the_network_sees_the_face_in_the_middle_of_its_surroundings() -> None:
    seen = surroundings(grid(240, 240), Box(100, 90, 140, 130))
    assert seen.shape == (SIZE, SIZE, 3)
    assert seen[SIZE // 2, SIZE // 2, :2].astype(int) == pytest.approx([120, 110], abs=2)
    assert seen[0, 0, :2].astype(int) == pytest.approx([66, 56], abs=2)


def test_at_the_edge_the_surroundings_are_moved_into_the_frame() -> None:
    seen = surroundings(grid(240, 240), Box(0, 200, 40, 240))
    assert seen[0, 0, :2].astype(int) == pytest.approx([0, 131], abs=2)
    assert seen[-1, -1, :2].astype(int) == pytest.approx([107, 238], abs=2)


@pytest.mark.parametrize("box", [Box(-30, -20, 300, 260), Box(230, 230, 290, 290), Box(-50, 10, -10, 50)])
def test_a_face_beyond_the_frame_is_seen_as_far_as_it_is_there(box: Box) -> None:
    assert surroundings(grid(240, 240), box).shape == (SIZE, SIZE, 3)
