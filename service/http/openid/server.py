"""Authlib's authorization server for one request and its transaction."""

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from flask import request
from werkzeug.datastructures import MultiDict

from db.core.unit_of_work import UnitOfWork
from service.http.openid.client import OAuthClient
from service.http.openid.endpoints import EndSession, Introspection, Revocation
from service.http.openid.grants import CodeGrant, IdToken, ProofKey, RefreshGrant
from service.http.openid.requests import ProviderRequest
from service.openid.provider import OpenidProvider

UNKNOWN_CLIENT = "the client is not known, its secret is wrong, or it has none"


class Server(AuthorizationServer):  # type: ignore[misc]
    """The protocol of one request.

    Authlib turns its errors into responses, so the transaction is committed although the client is refused: what a
    refusal revokes stays revoked.

    Attributes:
        provider: decides.
        work: the transaction of the request.
        now: the present time, in seconds.
        parameters: of the request.
    """

    def __init__(self, provider: OpenidProvider, work: UnitOfWork, values: MultiDict[str, str]) -> None:
        """``values`` are the parameters of the request."""
        super().__init__()
        self.provider = provider
        self.work = work
        self.now = int(time.time())
        self.parameters = values
        self.register_grant(CodeGrant, [ProofKey(required=True), IdToken()])
        self.register_grant(RefreshGrant, [IdToken()])
        for endpoint in (Revocation, Introspection, EndSession):
            self.register_endpoint(endpoint)

    def query_client(self, client_id: str) -> OAuthClient | None:
        """Overrides Authlib."""
        client = self.provider.clients.find(self.work, client_id)
        return None if client is None else OAuthClient(client)

    def authenticate_client(
        self, request: ProviderRequest, methods: Sequence[str], endpoint: str = "token"
    ) -> OAuthClient:
        """Overrides Authlib, whose message is about methods, where mostly the secret is wrong."""
        if not _is_readable(request.headers):
            raise InvalidClientError(UNKNOWN_CLIENT, status_code=HTTPStatus.UNAUTHORIZED)
        try:
            client: OAuthClient = super().authenticate_client(request, methods, endpoint)
        except InvalidClientError as error:
            raise InvalidClientError(UNKNOWN_CLIENT, status_code=error.status_code) from None
        return client

    def save_token(self, token: Mapping[str, Any], request: ProviderRequest) -> None:
        """Overrides Authlib: the exchange has stored what is stored."""

    def create_oauth2_request(self, _request: object) -> ProviderRequest:
        """Overrides Authlib."""
        uri = self.provider.issuer + request.path
        return ProviderRequest(request.method, uri, dict(request.headers), self.parameters)

    def redirection(self, redirect_uri: str, parameters: Mapping[str, str | None]) -> str:
        """Returns the address to which an authorization response sends the browser, with ``iss`` (RFC 9207)."""
        named = [(name, value) for name, value in parameters.items() if value is not None]
        address: str = add_params_to_uri(redirect_uri, [*named, ("iss", self.provider.issuer)])
        return address


def _is_readable(headers: Mapping[str, str]) -> bool:
    """Whether Authlib can read the Authorization header. It fails on text that is not base64, or base64 of no text."""
    try:
        extract_basic_authorization(headers)
    except ValueError:
        return False
    return True
