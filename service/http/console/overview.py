"""What happened in the last days, and whether the service is healthy."""

from datetime import UTC, datetime
from typing import cast, get_args

from flask import Blueprint, Response, request

from db.core.engine import Database
from service.console.health import ServiceHealth
from service.console.operator_sessions import OperatorSessions
from service.console.overview import Days, Overview
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.console.overview_bodies import HealthResponse, OverviewResponse
from service.http.description import described
from service.http.errors import RequestError
from service.http.responses import respond

DAYS = {str(days): days for days in get_args(Days)}

DEFAULT_DAYS = "7"

blueprint = Blueprint("console_overview", __name__, url_prefix="/console")


@blueprint.get("/overview")
@auth.operator
@limits.of(Kind.CONSOLE)
@described(
    {200: OverviewResponse},
    query={"days": f"How many days: {', '.join(DAYS)}; {DEFAULT_DAYS} if it is missing."},
    errors={"invalid_request"},
)
def overview(overview: Overview, operator_sessions: OperatorSessions, database: Database) -> Response:
    """What happened in the last days: logins, sign-ups, refusals, challenges, time and load."""
    days = _days()
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "overview")
        report = overview.read(work, days, datetime.now(UTC))
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


def _days() -> Days:
    """Reads how many days to show; raises RequestError."""
    days = DAYS.get(request.args.get("days", DEFAULT_DAYS))
    if days is None:
        raise RequestError({"days": f"must be one of {', '.join(DAYS)}"})
    return cast(Days, days)
