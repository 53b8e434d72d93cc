"""The console's view Trust: how far matches can be trusted, and accounts that are much alike."""

from flask import Blueprint, Response

from db.core.engine import Database
from service.console.alike import Alike
from service.console.operator_sessions import OperatorSessions
from service.console.past import Past
from service.console.trust import Trust
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.body import parse
from service.http.console.days import QUERY, days
from service.http.console.trust_bodies import AlikeRequest, AlikeResponse, PairBody, TrustResponse
from service.http.description import DATABASE_ERRORS, described
from service.http.response_body import respond

blueprint = Blueprint("console_trust", __name__, url_prefix="/console/trust")


@blueprint.get("")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: TrustResponse}, query=QUERY, errors={*DATABASE_ERRORS, "invalid_request"})
def show(trust: Trust, past: Past, operator_sessions: OperatorSessions, database: Database) -> Response:
    """How far matches can be trusted: cut-offs, expected errors with their intervals, and the scores of logins."""
    period, report = days(), trust.report()
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "trust")
        series = past.read(work, period)
    return respond(TrustResponse.of_report(report, series, period))


@blueprint.post("/alike")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: AlikeResponse}, takes=[AlikeRequest], errors=DATABASE_ERRORS)
def look(alike: Alike, operator_sessions: OperatorSessions, database: Database) -> Response:
    """Looks for accounts that are alike, among some 200 people or for 2 seconds at most.

    Ask again with ``next`` as ``after`` until it is null. Each pair is in the answer of one call only.
    """
    asked = parse(AlikeRequest)
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "alike")
    found = alike.look(asked.after)
    pairs = [PairBody.of(pair) for pair in found.pairs]
    following = None if found.next is None else str(found.next)
    return respond(AlikeResponse(pairs=pairs, examined=found.examined, templates=found.templates, next=following))
