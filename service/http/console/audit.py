"""The audit at the operators' console."""

from datetime import UTC, datetime

from flask import Blueprint, Response

from db.core.engine import Database
from service.console.audit_trail import AuditTrail, Format
from service.console.operator_sessions import OperatorSessions
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.console.audit_bodies import (
    AuditCopyQuery,
    AuditPageQuery,
    AuditPageResponse,
    MostRefusedResponse,
    RefusedQuery,
)
from service.http.description import described
from service.http.query import parse_query
from service.http.response_body import respond

blueprint = Blueprint("console_audit", __name__, url_prefix="/console/audit")

FILTER = {
    "event": "a kind of event",
    "group": "`logins` that succeeded, `refused` logins, or what `operators` did",
    "user": "the account that it happened to: a username, or an id, which may be of an erased account",
    "operator": "the operator who acted at the console: likewise",
    "since": "from this date or time on, ISO 8601, in UTC if it says no time zone",
    "until": "before this date or time",
    "changes": "`true` leaves out that operators looked at something (`console_viewed`)",
}

ERRORS = {"invalid_request", "user_not_found"}

MEDIA_TYPES = {Format.JSON: "application/x-ndjson", Format.CSV: "text/csv"}


@blueprint.get("")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: AuditPageResponse}, query={**FILTER, "before": "the `before` of the previous page"}, errors=ERRORS)
def show(audit_trail: AuditTrail, operator_sessions: OperatorSessions, database: Database) -> Response:
    """Recorded events, the newest first, 100 a page."""
    query = parse_query(AuditPageQuery)
    with database.unit_of_work() as work, operator_sessions.viewing(work, auth.operator_session(), "audit"):
        page = audit_trail.page(work, query.filter, query.before)
    return respond(AuditPageResponse.of_page(page))


@blueprint.get("/refused")
@auth.operator
@limits.of(Kind.CONSOLE)
@described(
    {200: MostRefusedResponse},
    query={"since": FILTER["since"], "until": FILTER["until"]},
    errors={"invalid_request"},
)
def most_refused(audit_trail: AuditTrail, operator_sessions: OperatorSessions, database: Database) -> Response:
    """The accounts whose logins were refused most often."""
    query = parse_query(RefusedQuery)
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "audit_refused")
        found = audit_trail.most_refused(work, query.since, query.until)
    return respond(MostRefusedResponse.of_accounts(found))


@blueprint.get("/export")
@auth.operator
@limits.of(Kind.CONSOLE)
@described(
    {200: "application/x-ndjson"},
    query={**FILTER, "format": "`json`, as without it: an object a line; or `csv`"},
    errors=ERRORS,
)
def export(audit_trail: AuditTrail, operator_sessions: OperatorSessions, database: Database) -> Response:
    """A file of recorded events, the newest first, 100,000 at most."""
    query = parse_query(AuditCopyQuery)
    with database.unit_of_work() as work, operator_sessions.viewing(work, auth.operator_session(), "audit_export"):
        copied = audit_trail.copy(work, query.filter, query.format)
    response = Response(copied, content_type=f"{MEDIA_TYPES[query.format]}; charset=utf-8")
    name = f"visage-audit-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{'csv' if query.format is Format.CSV else 'jsonl'}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
