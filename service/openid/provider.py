"""The parts of the OpenID provider, for the views."""

from dataclasses import dataclass
from datetime import timedelta

from service.keys.signing import SigningKey
from service.keys.signing_keys import SigningKeys
from service.openid.asking import Asking
from service.openid.authorization import Authorization
from service.openid.claims import Claims
from service.openid.client_tokens import ClientTokens
from service.openid.clients import Clients
from service.openid.consents import Consents
from service.openid.grants import Grants
from service.openid.pushed_requests import PushedRequests
from service.openid.single_sign_on import SingleSignOn


@dataclass(frozen=True)
class OpenidProvider:
    """The OpenID provider.

    Attributes:
        issuer: its address, without a slash at the end.
        id_token_lifetime: how long ID tokens are valid.
        keys: of each algorithm by which ID tokens are signed.
        authorization: decides on requests.
        asking: proves that a user was asked to log in.
    """

    issuer: str
    id_token_lifetime: timedelta
    keys: dict[str, SigningKeys]
    clients: Clients
    authorization: Authorization
    asking: Asking
    single_sign_on: SingleSignOn
    consents: Consents
    grants: Grants
    client_tokens: ClientTokens
    claims: Claims
    pushed_requests: PushedRequests

    def signer(self, algorithm: str) -> SigningKey:
        """Returns the key that signs ID tokens by this algorithm."""
        return self.keys[algorithm].signer()
