"""Faults in one person's face data: compares document, templates and images."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any
from uuid import UUID

import numpy as np

from db.queries.consistency import KeptFace
from embeddings.core.errors import ModelError
from embeddings.core.models import card
from embeddings.core.types import Vector
from service.faces.facial_data import FORMAT_VERSION, template_of

MAX_DISTANCE = 0.02
"""The maximum distance of a stored template from the one rebuilt from the captures. The captures are stored as float16,
which changes a cosine by less than 1e-5 (``embeddings.core.vectors``) and so a unit vector by less than 0.0045."""


class Fault(StrEnum):
    """A way in which document, templates and images disagree, in words for an operator."""

    UNREADABLE = "facial_data is not a readable document"
    UNKNOWN_MODEL = "this version of Visage does not know the model of a template"
    NO_TEMPLATE = "facial_data has no template of its model"
    OTHER_TEMPLATE = "the template is not the mean of the captures"
    STRAY_TEMPLATE = "a template has no facial_data"
    IMAGE_MISSING = "an image that facial_data names is missing"
    IMAGE_UNREADABLE = "an image that facial_data names cannot be read"
    IMAGE_UNNAMED = "an image that facial_data does not name"


@dataclass(frozen=True)
class Document:
    """The parts of ``facial_data`` that a check needs.

    Attributes:
        images: the file names; captures without an image are left out.
        template: rebuilt from the captures.
    """

    model_id: str
    enrolment: UUID
    images: Sequence[str]
    template: Vector


def read_document(document: Any) -> Document:
    """Reads a document of ``service.faces.facial_data``. Raises ValueError if it is not one."""
    try:
        if document["version"] != FORMAT_VERSION:
            raise ValueError("another version")
        model_id, images = document["model"], [capture["image"] for capture in document["captures"]]
        template = template_of(document, model_id)
        if len(template) != card(model_id).dimension:
            raise ValueError(f"{len(template)} numbers are not a vector of {model_id}")
        named = [name for name in images if name is not None]
        if any(PurePath(name).name != name for name in named):
            raise ValueError("a name that is not a file name")
        return Document(model_id, UUID(document["enrolment"]), named, template)
    except (AttributeError, KeyError, ModelError, TypeError) as error:
        raise ValueError(f"not the document of an enrolment: {error!r}") from error


def faults_of_vectors(face: KeptFace) -> list[Fault]:
    """Returns the faults of a person's document and templates."""
    faults = [Fault.UNKNOWN_MODEL] if any(not _is_known(model_id) for model_id in face.templates) else []
    if face.facial_data is None:
        return [*faults, Fault.STRAY_TEMPLATE] if face.templates else faults
    try:
        document = read_document(face.facial_data)
    except ValueError:
        return [*faults, Fault.UNREADABLE]
    stored = face.templates.get(document.model_id)
    if stored is None:
        return [*faults, Fault.NO_TEMPLATE]
    if stored.shape != document.template.shape or not np.linalg.norm(stored - document.template) <= MAX_DISTANCE:
        return [*faults, Fault.OTHER_TEMPLATE]
    return faults


def faults_of_images(
    document: Document, there: Sequence[str], unnamed: Sequence[str], is_readable: Callable[[str], bool]
) -> list[Fault]:
    """Returns the faults of the files of a person's enrolment.

    Args:
        document: names the images.
        there: the names of the existing files.
        unnamed: the existing files that no document names and that no running request will clean up.
        is_readable: tells whether an existing file can be read.
    """
    faults = [Fault.IMAGE_MISSING] if set(document.images) - set(there) else []
    if any(not is_readable(name) for name in document.images if name in there):
        faults.append(Fault.IMAGE_UNREADABLE)
    return [*faults, Fault.IMAGE_UNNAMED] if unnamed else faults


def _is_known(model_id: str) -> bool:
    try:
        return card(model_id).model_id == model_id
    except ModelError:
        return False
