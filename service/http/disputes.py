"""Disputes: a person claims that an account has their face."""

from flask import Blueprint, Response

from db.core.engine import Database
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.body import parse
from service.http.description import (
    DATABASE_ERRORS,
    IMAGE_ERRORS,
    LIVENESS_ERRORS,
    LOGIN_FACE_ERRORS,
    SLOT_ERRORS,
    described,
)
from service.http.response_body import respond
from service.http.responses import ReceivedResponse
from service.http.schemas import DisputeRequest
from service.http.slots import slot_for
from service.limiting.admission import Admission
from service.liveness.challenges import Purpose
from service.login.face_reader import FaceReader
from service.privacy.disputes import Disputes

blueprint = Blueprint("disputes", __name__, url_prefix="/user/facial")


@blueprint.post("/dispute")
@auth.public
@limits.of(Kind.DISPUTE)
@described(
    {202: ReceivedResponse},
    takes=[DisputeRequest],
    errors=IMAGE_ERRORS | LOGIN_FACE_ERRORS | LIVENESS_ERRORS | SLOT_ERRORS | DATABASE_ERRORS,
)
def dispute(faces: FaceReader, disputes: Disputes, admission: Admission, database: Database) -> Response:
    """Records the claim that an account has the caller's face. The response does not tell whether one has."""
    body = parse(DisputeRequest)
    submission = faces.receive(body.images or [], body.reply)
    with slot_for(admission, submission):
        face = faces.read(submission, Purpose.SIGNUP)
        with database.unit_of_work() as work:
            disputes.raise_over(work, face, body.contact, body.message)
    return respond(ReceivedResponse(), 202)
