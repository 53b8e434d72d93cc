"""The inspection of a frame, and its maximum size."""

import cv2
import numpy as np
import pytest

from embeddings.core.errors import ImageTooLargeError
from service.domain.errors import ImageRejectedError
from service.faces.guidance import MAX_PIXELS, Guide
from tests.fakes import FakeEngine, data_url, picture


def blank(pixels: int) -> str:
    """Returns a picture with this many pixels in a thousand columns."""
    return data_url(cv2.imencode(".png", np.zeros((pixels // 1000, 1000, 3), np.uint8))[1].tobytes())


@pytest.fixture
def guide() -> Guide:
    return Guide(FakeEngine(), max_pixels=10 * MAX_PIXELS)


def test_the_box_is_in_shares_of_the_picture(guide: Guide) -> None:
    box = guide.inspect(data_url(picture())).box
    assert box is not None
    assert (box.left, box.top, box.right, box.bottom) == (0.0, 0.0, 0.5, 0.5)


def test_a_frame_has_fewer_pixels_than_a_capture_may_have(guide: Guide) -> None:
    assert guide.inspect(blank(MAX_PIXELS)).faces == 0
    with pytest.raises(ImageRejectedError) as caught:
        guide.inspect(blank(MAX_PIXELS + 1000))
    assert isinstance(caught.value.cause, ImageTooLargeError)


def test_the_operators_limit_holds_for_frames_too() -> None:
    with pytest.raises(ImageRejectedError):
        Guide(FakeEngine(), max_pixels=1000).inspect(data_url(picture()))
