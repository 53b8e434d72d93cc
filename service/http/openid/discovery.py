"""The provider's metadata, by which clients configure themselves."""

from flask import Blueprint, Response

from service.domain.levels import Level
from service.http import auth
from service.http.description import described
from service.http.openid.client import CLIENT_METHODS, GRANT_TYPES, RESPONSE_TYPES, SECRET_METHODS
from service.http.openid.schemas import DiscoveryResponse
from service.http.response_body import respond
from service.keys.signing_keys import PUBLISHED_SECONDS
from service.openid.asked import PROMPTS
from service.openid.claims import CLAIMS
from service.openid.clients import ALGORITHMS, SCOPES
from service.openid.provider import OpenidProvider
from web.build.pages import languages

blueprint = Blueprint("openid_discovery", __name__)


@blueprint.get("/.well-known/openid-configuration")
@auth.public
@described({200: DiscoveryResponse})
def openid_configuration(openid: OpenidProvider) -> Response:
    """The provider's metadata (OpenID Connect Discovery 1.0)."""
    return _metadata(openid)


@blueprint.get("/.well-known/oauth-authorization-server")
@auth.public
@described({200: DiscoveryResponse})
def oauth_configuration(openid: OpenidProvider) -> Response:
    """The same metadata, where clients of OAuth look for it (RFC 8414)."""
    return _metadata(openid)


def _metadata(openid: OpenidProvider) -> Response:
    issuer = openid.issuer
    response = respond(
        DiscoveryResponse(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/openid/token",
            userinfo_endpoint=f"{issuer}/openid/userinfo",
            jwks_uri=f"{issuer}/.well-known/jwks.json",
            pushed_authorization_request_endpoint=f"{issuer}/openid/par",
            introspection_endpoint=f"{issuer}/openid/introspect",
            revocation_endpoint=f"{issuer}/openid/revoke",
            end_session_endpoint=f"{issuer}/logout",
            scopes_supported=SCOPES,
            response_types_supported=RESPONSE_TYPES,
            response_modes_supported=["query"],
            grant_types_supported=GRANT_TYPES,
            acr_values_supported=list(Level),
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=ALGORITHMS,
            token_endpoint_auth_methods_supported=CLIENT_METHODS,
            revocation_endpoint_auth_methods_supported=CLIENT_METHODS,
            introspection_endpoint_auth_methods_supported=SECRET_METHODS,
            claims_supported=["iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", *CLAIMS],
            claims_parameter_supported=True,
            request_parameter_supported=False,
            request_uri_parameter_supported=False,
            code_challenge_methods_supported=["S256"],
            authorization_response_iss_parameter_supported=True,
            prompt_values_supported=sorted(PROMPTS),
            ui_locales_supported=languages(),
        )
    )
    response.headers["Cache-Control"] = f"public, max-age={PUBLISHED_SECONDS}"
    return response
