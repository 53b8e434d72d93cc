"""What happened in the last days, and whether the service is healthy."""

from datetime import UTC, datetime

from flask import Blueprint, Response

from db.core.engine import Database
from service.console.health import ServiceHealth
from service.console.operator_sessions import OperatorSessions
from service.console.overview import Overview
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.console.days import QUERY, days
from service.http.console.overview_bodies import HealthResponse, OverviewResponse
from service.http.description import described
from service.http.response_body import respond

blueprint = Blueprint("console_overview", __name__, url_prefix="/console")


@blueprint.get("/overview")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: OverviewResponse}, query=QUERY, errors={"invalid_request"})
def overview(overview: Overview, operator_sessions: OperatorSessions, database: Database) -> Response:
    """What happened in the last days: logins, sign-ups, refusals, challenges, time and load."""
    period = days()
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "overview")
        report = overview.read(work, period, datetime.now(UTC))
    return respond(OverviewResponse.of(report))


@blueprint.get("/health")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: HealthResponse})
def health(service_health: ServiceHealth, operator_sessions: OperatorSessions, database: Database) -> Response:
    """What `visage doctor` checks, with what to do. It leaves out what would slow the service down."""
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "health")
    return respond(HealthResponse.of_report(service_health.report()))
