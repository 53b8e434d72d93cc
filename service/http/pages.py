"""The demo pages and the widget's files."""

from flask import Blueprint, Response, send_from_directory

import web
from service.http import auth

blueprint = Blueprint("pages", __name__)

PAGES = web.FOLDER / "pages"


@blueprint.get("/")
@auth.public
def index() -> Response:
    """What this is, with the two ways on."""
    return send_from_directory(PAGES, "index.html")


@blueprint.get("/signup")
@auth.public
def signup() -> Response:
    """The page that signs people up."""
    return send_from_directory(PAGES, "signup.html")


@blueprint.get("/login")
@auth.public
def login() -> Response:
    """The page that logs people in."""
    return send_from_directory(PAGES, "login.html")


@blueprint.get("/account")
@auth.public
def account() -> Response:
    """The page on which people see and change what is kept of them."""
    return send_from_directory(PAGES, "account.html")


@blueprint.get("/web/<any(account, pages, widget, styles, translations, images):folder>/<path:name>")
@auth.public
def file(folder: str, name: str) -> Response:
    """One file of the widget or of the pages."""
    return send_from_directory(web.FOLDER / folder, name)
