"""The JSON document in ``users.facial_data``: every capture of an enrolment and how it was made.

::

    {"version": 1, "enrolment": "<uuid>", "model": "sface",
     "enrolled_at": "2026-11-25T18:00:00+00:00",
     "consent": {"version": "2026-11-25", "language": "de", "at": "2026-11-25T18:00:00+00:00"},
     "captures": [{"image": "1.jpg", "detector": "blazeface-short",
                   "pose": {"yaw": -1.2, "pitch": 3.4, "roll": 0.1},
                   "quality": {"face_width": 210.0, "sharpness": 143.2, ..., "visibility": 38.1, "eye_light": 0.91},
                   "embeddings": {"sface": "<base64>"}}, ...]}

An embedding is the base64 of its little-endian float16 numbers (:func:`embeddings.core.vectors.encode_vector`). Five
captures take about 3 KB as PostgreSQL stores them, by FaceNet 7 KB. The template can be rebuilt from them
(:func:`template_of`). A capture's ``image`` is null if the photograph is not kept. For people imported as vectors,
captures have no photograph, ``detector``, ``pose`` or ``quality``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from embeddings.core.types import Vector
from embeddings.core.vectors import decode_vector, encode_vector, template
from service.faces.captures import Capture

FORMAT_VERSION = 1


def compose(
    captures: Sequence[Capture],
    *,
    names: Sequence[str | None],
    enrolment: UUID,
    model_id: str,
    at: datetime,
    consent: Mapping[str, str],
) -> dict[str, Any]:
    """Composes the document for captures whose images are stored under ``names``; None if an image is not kept.

    ``consent`` is the document's ``consent``.
    """
    return {
        "version": FORMAT_VERSION,
        "enrolment": str(enrolment),
        "model": model_id,
        "enrolled_at": at.isoformat(),
        "consent": dict(consent),
        "captures": [
            {
                "image": name,
                "detector": capture.face.detector,
                "pose": _rounded(asdict(capture.face.pose)),
                "quality": _rounded(asdict(capture.quality)),
                "embeddings": {model_id: encode_vector(capture.embeddings[model_id])},
            }
            for name, capture in zip(names, captures, strict=True)
        ],
    }


def compose_without_images(
    vectors: Sequence[Vector],
    *,
    enrolment: UUID,
    model_id: str,
    enrolled_at: datetime,
    consent: Mapping[str, str],
) -> dict[str, Any]:
    """Composes the document for captures of which only the vectors are known; ``consent`` is as in :func:`compose`."""
    return {
        "version": FORMAT_VERSION,
        "enrolment": str(enrolment),
        "model": model_id,
        "enrolled_at": enrolled_at.isoformat(),
        "consent": dict(consent),
        "captures": [{"image": None, "embeddings": {model_id: encode_vector(vector)}} for vector in vectors],
    }


def template_of(document: dict[str, Any], model_id: str) -> Vector:
    """Rebuilds the person's template from their captures' embeddings by one model: unit length, float32."""
    return template([decode_vector(capture["embeddings"][model_id]) for capture in document["captures"]])


def _rounded(values: dict[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None else round(float(value), 2) for name, value in values.items()}
