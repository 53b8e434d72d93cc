"""The console's view Index: the state of the vector index, and work on it."""

from flask import Blueprint, Response

from db.core.engine import Database
from service.console.index_console import IndexConsole, Task
from service.console.operator_sessions import OperatorSessions
from service.console.past import Past
from service.domain.rates import Kind
from service.http import auth, limits
from service.http.console.days import QUERY, days
from service.http.console.index_bodies import BegunResponse, IndexResponse, IndexWorkBody
from service.http.description import DATABASE_ERRORS, described
from service.http.response_body import respond

blueprint = Blueprint("console_index", __name__, url_prefix="/console/index")

WORK_ERRORS = {*DATABASE_ERRORS, "index_busy"}


@blueprint.get("")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: IndexResponse}, query=QUERY, errors={*DATABASE_ERRORS, "invalid_request"})
def show(index_console: IndexConsole, past: Past, operator_sessions: OperatorSessions, database: Database) -> Response:
    """The vector index: its form, size and recall, whether work on it is due or under way, and its history."""
    period, reports, work_now = days(), index_console.reports(), index_console.work()
    with database.unit_of_work() as work:
        operator_sessions.viewed(work, auth.operator_session(), "index")
        series = past.read(work, period)
    return respond(IndexResponse.of_reports(list(reports), work_now, series, period))


@blueprint.get("/work")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({200: IndexWorkBody}, errors=DATABASE_ERRORS)
def show_work(index_console: IndexConsole) -> Response:
    """The work on an index that is under way. The page asks repeatedly, so the audit does not record it."""
    return respond(IndexWorkBody.of(index_console.work()))


@blueprint.post("/rebuild")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({202: BegunResponse}, errors=WORK_ERRORS)
def rebuild(index_console: IndexConsole) -> Response:
    """Rebuilds the index in the background, while logins continue."""
    return _begin(index_console, Task.REBUILD)


@blueprint.post("/measure")
@auth.operator
@limits.of(Kind.CONSOLE)
@described({202: BegunResponse}, errors=WORK_ERRORS)
def measure(index_console: IndexConsole) -> Response:
    """Measures the recall of searches in the background, and sets how many lists or candidates they examine."""
    return _begin(index_console, Task.MEASURE)


def _begin(index_console: IndexConsole, task: Task) -> Response:
    outcome = index_console.begin(task, auth.operator_session().user_id)
    return respond(BegunResponse(outcome=outcome), 202)
