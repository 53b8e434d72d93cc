"""Comparison of two pictures for a host application, in the form in which Casdoor's "Local UniFace" provider asks."""

from flask import Blueprint, Response

from service.comparison.comparison import Comparer
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.body import parse
from service.http.description import DATABASE_ERRORS, IMAGE_ERRORS, LOGIN_FACE_ERRORS, SLOT_ERRORS, described
from service.http.middleware import report_stages
from service.http.response_body import respond
from service.http.responses import ComparisonResponse
from service.http.schemas import CompareRequest
from service.limiting.admission import Admission

blueprint = Blueprint("comparison", __name__, url_prefix="/v1")


@blueprint.post("/compare")
@auth.comparison
@limits.of(Kind.COMPARE)
@described(
    {200: ComparisonResponse},
    takes=[CompareRequest],
    errors=(IMAGE_ERRORS | LOGIN_FACE_ERRORS | SLOT_ERRORS | DATABASE_ERRORS) - {"different_people"},
)
def compare(comparer: Comparer, admission: Admission) -> Response:
    """Compares the faces of two pictures. Nothing is stored."""
    body = parse(CompareRequest)
    with admission.slot():
        found = comparer.compare(body.image_a, body.image_b)
    report_stages(found.stages)
    return respond(ComparisonResponse.of(found))
