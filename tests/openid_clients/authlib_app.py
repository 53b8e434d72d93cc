"""An application with Authlib's client for Flask."""

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from tests.openid_clients.registered import Registered


def authlib_app(registered: Registered) -> Flask:
    """Makes the application, which keeps one login."""
    app = Flask("authlib_app")
    app.config.update(SECRET_KEY="of the tests", SESSION_COOKIE_NAME="authlib_app")
    visage = OAuth(app).register(
        "visage",
        client_id=registered.client_id,
        client_secret=registered.secret,
        server_metadata_url=f"{registered.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
    )
    tokens: dict[str, str] = {}
    known: dict[str, object] = {}

    @app.get("/")
    def home() -> dict[str, object]:
        return known

    @app.get("/login")
    def log_in() -> Response:
        sent: Response = visage.authorize_redirect(url_for("callback", _external=True), **request.args)
        return sent

    @app.get("/callback")
    def callback() -> Response | dict[str, str]:
        try:
            token = visage.authorize_access_token()  # which checks the ID token
        except OAuthError as error:
            return {"error": error.error}
        tokens.update(token)
        known.update(claims=token["userinfo"], userinfo=visage.userinfo(token=token))
        return redirect("/", 303)

    @app.get("/refresh")
    def refresh() -> Response | dict[str, str]:
        try:
            token = visage.fetch_access_token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        except OAuthError as error:
            return {"error": error.error}
        tokens.update(token)
        known.update(claims=visage.parse_id_token(token, nonce=None), userinfo=visage.userinfo(token=token))
        return redirect("/", 303)

    @app.get("/logout")
    def log_out() -> Response:
        known.clear()
        sent: Response = visage.logout_redirect(url_for("logged_out", _external=True), id_token_hint=tokens["id_token"])
        return sent

    @app.get("/logged-out")
    def logged_out() -> Response:
        visage.validate_logout_response()
        return redirect("/", 303)

    return app
