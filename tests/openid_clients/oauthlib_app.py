"""An application with requests-oauthlib, which knows OAuth; PyJWT checks the ID token."""

from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from flask import Flask, redirect, request
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from requests_oauthlib import OAuth2Session
from werkzeug.wrappers import Response

from tests.openid_clients.registered import Registered

SCOPES = ["openid", "profile", "email"]


class Visage:
    """The provider, as the application sees it."""

    def __init__(self, registered: Registered) -> None:
        self._registered = registered
        metadata = f"{registered.issuer}/.well-known/openid-configuration"
        self.metadata: dict[str, Any] = requests.get(metadata, timeout=10).json()
        self._keys = jwt.PyJWKClient(self.metadata["jwks_uri"])

    def session(self, **options: Any) -> OAuth2Session:
        """Returns a session of OAuth."""
        redirect_uri = f"{self._registered.url}/callback"
        return OAuth2Session(
            self._registered.client_id, scope=SCOPES, redirect_uri=redirect_uri, pkce="S256", **options
        )

    def fetch(self, session: OAuth2Session, **options: Any) -> dict[str, Any]:
        """Exchanges the code of an authorization response."""
        endpoint, secret = self.metadata["token_endpoint"], self._registered.secret
        token: dict[str, Any] = session.fetch_token(endpoint, client_secret=secret, **options)
        return token

    def refresh(self, token: dict[str, Any]) -> dict[str, Any]:
        """Exchanges a refresh token."""
        by_basic = requests.auth.HTTPBasicAuth(self._registered.client_id, self._registered.secret)
        session = self.session(token=token)
        refreshed: dict[str, Any] = session.refresh_token(self.metadata["token_endpoint"], auth=by_basic)
        return refreshed

    def know(self, token: dict[str, Any]) -> dict[str, Any]:
        """Returns what the tokens say."""
        key = self._keys.get_signing_key_from_jwt(token["id_token"])
        claims = jwt.decode(
            token["id_token"],
            key,
            algorithms=["RS256"],
            audience=self._registered.client_id,
            issuer=self._registered.issuer,
        )
        return {"claims": claims, "userinfo": self.session(token=token).get(self.metadata["userinfo_endpoint"]).json()}


def oauthlib_app(registered: Registered) -> Flask:
    """Makes the application, which keeps one login. Plain http needs ``OAUTHLIB_INSECURE_TRANSPORT``."""
    app = Flask("oauthlib_app")
    visage = Visage(registered)
    begun: list[OAuth2Session] = []
    token: dict[str, Any] = {}
    known: dict[str, Any] = {}

    @app.get("/")
    def home() -> dict[str, Any]:
        return known

    @app.get("/login")
    def log_in() -> Response:
        begun[:] = [visage.session()]
        address, _state = begun[0].authorization_url(visage.metadata["authorization_endpoint"], **request.args)
        return redirect(address, 303)

    @app.get("/callback")
    def callback() -> Response | dict[str, str]:
        try:
            token.update(visage.fetch(begun[0], authorization_response=request.url))
        except OAuth2Error as error:
            return {"error": error.error}
        known.update(visage.know(token))
        return redirect("/", 303)

    @app.get("/refresh")
    def refresh() -> Response | dict[str, str]:
        try:
            token.update(visage.refresh(token))
        except OAuth2Error as error:
            return {"error": error.error}
        known.update(visage.know(token))
        return redirect("/", 303)

    @app.get("/logout")
    def log_out() -> Response:
        known.clear()
        query = urlencode({"id_token_hint": token["id_token"], "post_logout_redirect_uri": f"{registered.url}/"})
        return redirect(f"{visage.metadata['end_session_endpoint']}?{query}", 303)

    return app
