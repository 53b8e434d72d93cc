"""The bodies of the calls on keys and OpenID clients."""

from collections.abc import Sequence
from typing import Self

from service.console.key_desk import ShownKey
from service.domain.levels import Level
from service.http.response_body import Body, Time
from service.keys.folder import KeyState
from service.openid.clients import Client


class ShownKeyResponse(Body):
    """A key that signs tokens.

    ``signs_from`` is null for the key of the first start, ``needed_until`` for the latest key.
    """

    id: str
    algorithm: str
    state: KeyState
    signs_from: Time | None
    needed_until: Time | None

    @classmethod
    def of_shown(cls, key: ShownKey) -> Self:
        """The body for a key."""
        return cls(
            id=key.key_id,
            algorithm=key.algorithm,
            state=key.state,
            signs_from=key.signs_from,
            needed_until=key.needed_until,
        )


class ShownKeysResponse(Body):
    """The keys that sign tokens, by algorithm, the earliest first. Nothing of a key itself is shown."""

    keys: Sequence[ShownKeyResponse]


class KeysRetiredResponse(Body):
    """How many expired keys were removed."""

    keys: int


class ClientResponse(Body):
    """An application that may log people in. Of its secret, only when it last changed."""

    id: str
    name: str
    has_secret: bool
    third_party: bool
    scopes: Sequence[str]
    algorithm: str
    required: Level | None
    redirect_uris: Sequence[str]
    logout_uris: Sequence[str]
    secret_changed_at: Time | None

    @classmethod
    def of_client(cls, client: Client) -> Self:
        """The body for an application."""
        return cls(
            id=client.client_id,
            name=client.name,
            has_secret=not client.is_public,
            third_party=client.third_party,
            scopes=client.scopes,
            algorithm=client.algorithm,
            required=client.required,
            redirect_uris=client.redirect_uris,
            logout_uris=client.logout_uris,
            secret_changed_at=client.secret_changed_at,
        )


class ClientsResponse(Body):
    """The applications that may log people in, by id."""

    clients: Sequence[ClientResponse]


class SecretResponse(Body):
    """The new secret of an application. This response is the only one that contains it."""

    secret: str
