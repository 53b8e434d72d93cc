"""The package face_recognition, in its own process."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from benchmarks.common.own_process import usable_cores
from benchmarks.common.pictures import as_jpeg
from benchmarks.common.statistics import Floats
from benchmarks.peers.face_recognition_peer import STAGES, FaceRecognition, face_recognition_peer
from tests.photographs import astronaut, cat

PEOPLE, ASTRONAUT = 200, 137
LENGTH = 1.4
"""Approximate length of the package's encodings."""


@pytest.fixture(scope="module")
def peer() -> Iterator[FaceRecognition]:
    with face_recognition_peer(max(usable_cores())) as peer:
        yield peer


@pytest.fixture(scope="module")
def others() -> Floats:
    drawn = np.random.default_rng(1).normal(size=(PEOPLE, 128))
    return LENGTH * drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def smaller(scale: float) -> bytes:
    return as_jpeg(cv2.resize(astronaut(), None, fx=scale, fy=scale))  # type: ignore[arg-type]


def test_the_astronaut_is_recognised_among_others_in_another_picture(peer: FaceRecognition, others: Floats) -> None:
    known = others.copy()
    known[ASTRONAUT] = peer.encode(as_jpeg(astronaut()))
    peer.know(known)
    recognised = peer.recognise(smaller(0.9))
    assert recognised.person == recognised.nearest == ASTRONAUT
    assert 0.0 < recognised.distance < 0.6
    assert tuple(recognised.milliseconds) == STAGES
    assert min(recognised.milliseconds.values()) > 0.0


def test_a_stranger_is_nobody(peer: FaceRecognition, others: Floats) -> None:
    peer.know(-others)
    assert peer.recognise(as_jpeg(astronaut())).person is None


def test_nobody_is_found_in_an_empty_gallery(peer: FaceRecognition) -> None:
    peer.know(np.empty((0, 128)))
    assert peer.recognise(as_jpeg(astronaut())).person is None


def test_a_picture_without_a_face_is_an_error_and_not_the_end(peer: FaceRecognition) -> None:
    with pytest.raises(ValueError, match="no face"):
        peer.recognise(as_jpeg(cat()))
    assert peer.encode(as_jpeg(astronaut())).shape == (128,)


def test_it_returns_its_peak_memory(peer: FaceRecognition) -> None:
    assert peer.peak_mib() > 50
