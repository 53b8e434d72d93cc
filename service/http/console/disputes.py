"""Disputes over whose face is enrolled, at the operators' console."""

from uuid import UUID

from flask import Blueprint, Response

from db.core.engine import Database
from service.console.dispute_desk import DisputeDesk
from service.console.operator_sessions import OperatorSessions
from service.domain.operator_errors import DisputeNotFoundError
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.body import parse
from service.http.console.disputes_bodies import (
    DecidedResponse,
    DecisionRequest,
    DisputeResponse,
    DisputesQuery,
    DisputesResponse,
)
from service.http.description import STORAGE_ERRORS, described
from service.http.query import parse_query
from service.http.response_body import respond

blueprint = Blueprint("console_disputes", __name__, url_prefix="/console/disputes")


@blueprint.get("")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: DisputesResponse}, query={"state": "`open`, as without it, or `decided`"}, errors={"invalid_request"})
def list_disputes(dispute_desk: DisputeDesk, operator_sessions: OperatorSessions, database: Database) -> Response:
    """Disputes over whose face is enrolled."""
    query = parse_query(DisputesQuery)
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "disputes")
        found = dispute_desk.listed(work, decided=query.state == "decided")
    return respond(DisputesResponse(disputes=[DisputeResponse.of_shown(one) for one in found]))


@blueprint.post("/<dispute_id>/decision")
@auth.operator
@limits.of(Kind.CONSOLE)
@described(
    {200: DecidedResponse},
    takes=[DecisionRequest],
    errors={*STORAGE_ERRORS, "dispute_not_found", "operator_protected"},
)
def decide(dispute_desk: DisputeDesk, database: Database, dispute_id: str) -> Response:
    """Decides a dispute. `uphold` erases the account's face and ends its sessions; `reject` changes nothing else."""
    upheld = parse(DecisionRequest).decision == "uphold"
    with database.unit_of_work() as work:
        decided = dispute_desk.decide(work, auth.operator_session().user_id, _id(dispute_id), upheld=upheld)
    return respond(DecidedResponse.of(decided))


def _id(dispute_id: str) -> UUID:
    """The id in the path. Raises DisputeNotFoundError if it is none."""
    try:
        return UUID(dispute_id)
    except ValueError:
        raise DisputeNotFoundError(dispute_id) from None
