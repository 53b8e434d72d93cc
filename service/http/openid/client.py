"""A client as Authlib takes one."""

from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin, scope_to_list

from service.openid.clients import Client

RESPONSE_TYPES = ("code",)
GRANT_TYPES = ("authorization_code", "refresh_token")
SECRET_METHODS = ("client_secret_basic", "client_secret_post")
"""How a client with a secret shows it."""

CLIENT_METHODS = (*SECRET_METHODS, "none")
"""How clients authenticate where public ones may call; those show their ``code_verifier`` or their token alone."""


class OAuthClient(ClientMixin):  # type: ignore[misc]
    """Tells Authlib about a client. Every method overrides Authlib's.

    Attributes:
        client: the client.
    """

    def __init__(self, client: Client) -> None:
        self.client = client

    @property
    def client_id(self) -> str:
        return self.client.client_id

    @property
    def client_metadata(self) -> dict[str, Any]:
        return {"post_logout_redirect_uris": list(self.client.logout_uris)}

    @property
    def id_token_signed_response_alg(self) -> str:
        return self.client.algorithm

    def get_client_id(self) -> str:
        return self.client.client_id

    def get_default_redirect_uri(self) -> None:
        """OpenID Connect requires every request to name its own."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scopes that the client has; others are ignored, as OpenID Connect says. None without ``openid``."""
        allowed = [one for one in scope_to_list(scope) or [] if one in self.client.scopes]
        return " ".join(dict.fromkeys(allowed)) if "openid" in allowed else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return self.client.may_redirect_to(redirect_uri)

    def check_client_secret(self, client_secret: str) -> bool:
        return self.client.has_secret(client_secret)

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "none" if self.client.is_public else method in SECRET_METHODS

    def check_response_type(self, response_type: str) -> bool:
        return response_type in RESPONSE_TYPES

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in GRANT_TYPES
