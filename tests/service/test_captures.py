"""The cost of images without a usable face, and the errors about them."""

import pytest

from embeddings.core.types import Face, RGBImage
from service.domain.errors import CaptureRefusedError, ImageRejectedError
from service.faces.captures import CaptureReader
from tests.fakes import SIZE, FakeEngine, data_url, picture

NOBODY = data_url(picture(faces=0))


class WatchedEngine(FakeEngine):
    """Records for each image whether it ran the slow detector, and whether it looked twice."""

    def __init__(self) -> None:
        super().__init__()
        self.thoroughly: list[bool] = []
        self.twice: list[bool] = []

    def find_faces(self, image: RGBImage, *, thorough: bool = True, twice: bool = True) -> list[Face]:
        self.thoroughly.append(thorough)
        self.twice.append(twice)
        return super().find_faces(image, thorough=thorough, twice=twice)


def read(engine: FakeEngine, *texts: str) -> None:
    CaptureReader(engine, 10**6, 0.5).read(texts, [engine.model_id])


def test_every_image_without_a_face_is_reported_but_only_one_is_searched_thoroughly() -> None:
    engine = WatchedEngine()
    with pytest.raises(CaptureRefusedError) as error:
        read(engine, data_url(picture(1)), NOBODY, NOBODY)
    assert [one.index for one in error.value.refused] == [1, 2]
    assert engine.thoroughly == [True, True, False]


def test_the_images_of_an_enrolment_are_looked_at_twice_and_those_of_a_login_once() -> None:
    engine = WatchedEngine()
    reader, texts = CaptureReader(engine, 10**6, 0.5), [data_url(picture(1))] * 2
    reader.read(texts, [engine.model_id])
    assert engine.twice == [False, False]
    with pytest.raises(CaptureRefusedError):  # two copies of one picture make no enrolment
        reader.read_enrolment(texts, [engine.model_id])
    assert engine.twice == [False, False, True, True]


def test_a_capture_keeps_the_file_and_none_of_its_pixels() -> None:
    engine = FakeEngine()
    captures = CaptureReader(engine, 10**6, 0.5).read([data_url(picture(1))] * 2, [engine.model_id])
    assert [capture.image.data for capture in captures] == [picture(1)] * 2
    assert [capture.image.pixels.size for capture in captures] == [0, 0]


def test_an_error_says_how_many_pixels_were_decoded_for_nothing() -> None:
    with pytest.raises(CaptureRefusedError) as refused:
        read(FakeEngine(), NOBODY, NOBODY)
    assert refused.value.pixels == 2 * SIZE**2
    with pytest.raises(ImageRejectedError) as rejected:
        read(FakeEngine(), NOBODY, "nonsense")
    assert rejected.value.pixels == SIZE**2
