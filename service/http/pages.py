"""The pages of the service, and the widget's files."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request, send_from_directory, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

import web
from db.core.engine import Database
from service.console.operators import Operators
from service.http import auth
from web.build.pages import page

blueprint = Blueprint("pages", __name__)

PAGES = (blueprint.name, "openid_pages")
"""The blueprints of pages."""

FOLDERS = "account, console, docs, openid, pages, widget, styles, translations, images"
"""The folders of ``web`` whose files are served."""

A_YEAR = 365 * 24 * 3600
"""How long clients may cache a file whose name changes with its content (seconds)."""


@blueprint.get("/")
@auth.public
def index() -> Response:
    """The start page, with links to sign-up and login."""
    return shown("index")


@blueprint.get("/signup")
@auth.public
def signup() -> Response:
    """The sign-up page."""
    return shown("signup")


@blueprint.get("/login")
@auth.public
def login() -> Response:
    """The login page."""
    return shown("login")


@blueprint.get("/account")
@auth.public
def account() -> Response:
    """The page on which users see and change their data."""
    return shown("account")


@blueprint.get("/reset")
@auth.public
def reset() -> Response:
    """The page of a one-time link for a new password."""
    return shown("reset")


@blueprint.get("/console")
@auth.public
def console(operators: Operators, database: Database) -> Response:
    """The operators' console. Without an operator there is none (404)."""
    with database.unit_of_work() as work:
        if not operators.exist(work):
            raise NotFound
    return send_from_directory(web.FOLDER / "console", "index.html")


@blueprint.get("/docs")
@auth.public
def docs() -> Response:
    """The page that shows the OpenAPI document."""
    return send_from_directory(web.FOLDER / "docs", "index.html")


@blueprint.get(f"/web/<any({FOLDERS}):folder>/<path:name>")
@auth.public
def file(folder: str, name: str) -> Response:
    """A file of the widget or of the pages."""
    return send_from_directory(web.FOLDER / folder, name)


@blueprint.get(f"/web/{web.DIST}/<path:name>")
@auth.public
def bundle(name: str) -> AnyResponse:
    """A file of the bundle. If the service was installed without the bundle, redirects to the source file."""
    folder = web.FOLDER / web.DIST
    sources = web.ENTRIES | web.DECLARATIONS
    if name in sources and not (folder / name).is_file():
        source, _, file_name = sources[name].partition("/")
        return redirect(url_for("pages.file", folder=source, name=file_name))
    return send_from_directory(folder, name, max_age=A_YEAR if name.startswith("chunks/") else None)


def shown(name: str, status: int = HTTPStatus.OK) -> Response:
    """The HTML of a page, which browsers ask for again but do not load again while it is the same."""
    response = Response(page(name), status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    if status == HTTPStatus.OK:
        response.add_etag()
        response.make_conditional(request)
    return response


def is_page(endpoint: str) -> bool:
    """Whether an endpoint is a page or a file, and not a call of the API."""
    return endpoint.partition(".")[0] in PAGES
