"""The applications that may log people in by OpenID Connect."""

import base64
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from db.core.openid_models import OpenidClient
from db.core.unit_of_work import UnitOfWork
from db.queries import openid_clients
from service.audit.audit import Audit, Event
from service.domain.levels import Level
from service.domain.operator_errors import ClientExistsError, ClientIsPublicError, ClientNotFoundError, ClientValueError
from service.domain.random_secrets import MAX_SECRET, hash_of, new_secret

SCOPES = ("openid", "profile", "email", "offline_access", "face")
"""The scopes that a client may have. Without ``openid`` it would get no ID token, so every client has it."""

ALGORITHMS = ("RS256", "EdDSA")
"""How ID tokens can be signed. RS256 is the default of OpenID Connect, which every client knows."""

MAX_URI = 2_000
"""Characters of an address of a client."""

MAX_LOGO = 64 << 10
"""Bytes of a logo: each authorization page contains it."""

_IMAGE_KINDS = {"png": b"\x89PNG\r\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}
"""The first bytes of each kind of image."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_NAME_LENGTH = 80


@dataclass(frozen=True)
class Client:
    """A client.

    Attributes:
        client_id: as it names itself.
        name: the name that people see.
        secret_hash: SHA-256 of its secret; None for a public client, which has none.
        redirect_uris: where codes may be sent.
        logout_uris: where people may be sent after a logout.
        scopes: what it may ask for.
        third_party: whether people are asked before it learns anything.
        logo: its logo as a data URL.
        algorithm: how its ID tokens are signed.
        required: the level that its logins must reach; None is that of the service.
        secret_changed_at: when it got its present secret; None for a public client or a new one.
    """

    client_id: str
    name: str
    secret_hash: bytes | None
    redirect_uris: Sequence[str]
    logout_uris: Sequence[str]
    scopes: Sequence[str]
    third_party: bool
    logo: str | None
    algorithm: str
    required: Level | None
    secret_changed_at: datetime | None = None

    @property
    def is_public(self) -> bool:
        """Whether the client has no secret."""
        return self.secret_hash is None

    def has_secret(self, secret: str) -> bool:
        """Whether this is the client's secret."""
        if self.secret_hash is None or len(secret) > MAX_SECRET:
            return False
        return secrets.compare_digest(hash_of(secret), self.secret_hash)

    def may_redirect_to(self, address: str) -> bool:
        """Whether codes may be sent to an address. It must be one of the client's, character by character.

        A public client on a user's own machine may use any port of the loopback address (RFC 8252, section 7.3).
        """
        if address in self.redirect_uris:
            return True
        return (
            self.is_public
            and _is_loopback(address)
            and _without_port(address) in map(_without_port, filter(_is_loopback, self.redirect_uris))
        )


def logo_of(image: bytes) -> str:
    """Returns an image file as a data URL, so that no browser asks another server for it. Raises ClientValueError."""
    kind = next((kind for kind, start in _IMAGE_KINDS.items() if image.startswith(start)), None)
    if kind is None or len(image) > MAX_LOGO:
        raise ClientValueError(f"a logo is a PNG, JPEG or WebP file of at most {MAX_LOGO >> 10} KiB")
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"


class Clients:
    """Finds and changes clients."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def by(self, operator: UUID) -> "Clients":
        """Returns the same, for what an operator does at the console."""
        return Clients(self._audit.by(operator))

    def find(self, work: UnitOfWork, client_id: str) -> Client | None:
        """Returns the client with this id, or None."""
        found = openid_clients.find(work.session, client_id) if _ID.fullmatch(client_id) else None
        return None if found is None else _client(found)

    def listed(self, work: UnitOfWork) -> list[Client]:
        """Returns all clients, by id."""
        return [_client(one) for one in openid_clients.listed(work.session)]

    def add(self, work: UnitOfWork, client: Client, *, public: bool) -> str | None:
        """Adds a client and returns its secret; None for a public client. ``client.secret_hash`` is not used.

        Raises ClientExistsError, or ClientValueError, which says what is wrong.
        """
        _check(client)
        secret = None if public else new_secret()
        row = OpenidClient(
            id=client.client_id,
            name=client.name,
            secret_hash=None if secret is None else hash_of(secret),
            redirect_uris=list(client.redirect_uris),
            logout_uris=list(client.logout_uris),
            scopes=list(client.scopes),
            third_party=client.third_party,
            logo=client.logo,
            algorithm=client.algorithm,
            required_acr=client.required,
            secret_changed_at=None if secret is None else datetime.now(UTC),
        )
        if not openid_clients.add(work.session, row):
            raise ClientExistsError(client.client_id)
        self._audit.record(work, Event.CLIENT_ADDED, details={"client": client.client_id})
        return secret

    def rotate_secret(self, work: UnitOfWork, client_id: str) -> str:
        """Gives a confidential client another secret and returns it. The one before is refused from now on.

        Raises ClientNotFoundError or ClientIsPublicError.
        """
        if not _ID.fullmatch(client_id):
            raise ClientNotFoundError(client_id)
        secret = new_secret()
        if not openid_clients.replace_secret(work.session, client_id, hash_of(secret), datetime.now(UTC)):
            is_known = self.find(work, client_id) is not None
            raise ClientIsPublicError(client_id) if is_known else ClientNotFoundError(client_id)
        self._audit.record(work, Event.CLIENT_SECRET_ROTATED, details={"client": client_id})
        return secret

    def remove(self, work: UnitOfWork, client_id: str) -> None:
        """Deletes a client with everything it was given. Raises ClientNotFoundError."""
        if not openid_clients.remove(work.session, client_id):
            raise ClientNotFoundError(client_id)
        self._audit.record(work, Event.CLIENT_REMOVED, details={"client": client_id})


def _client(row: OpenidClient) -> Client:
    return Client(
        client_id=row.id,
        name=row.name,
        secret_hash=row.secret_hash,
        redirect_uris=row.redirect_uris,
        logout_uris=row.logout_uris,
        scopes=row.scopes,
        third_party=row.third_party,
        logo=row.logo,
        algorithm=row.algorithm,
        required=None if row.required_acr is None else Level(row.required_acr),
        secret_changed_at=row.secret_changed_at,
    )


def _check(client: Client) -> None:
    """Raises ClientValueError if a value of a new client cannot be used."""
    if not _ID.fullmatch(client.client_id):
        raise ClientValueError("the id may have up to 63 letters, digits and . _ - and begins with a letter or digit")
    if not 0 < len(client.name) <= _NAME_LENGTH or not client.name.isprintable():
        raise ClientValueError(f"the name has 1 to {_NAME_LENGTH} characters, all of them visible")
    if not client.redirect_uris:
        raise ClientValueError("a client needs at least one redirect URI")
    unknown = sorted(set(client.scopes) - set(SCOPES))
    if unknown or "openid" not in client.scopes:
        raise ClientValueError(f"the scopes are openid and any of {', '.join(SCOPES[1:])}")
    if client.algorithm not in ALGORITHMS:
        raise ClientValueError(f"the algorithm is one of {', '.join(ALGORITHMS)}")
    for address in (*client.redirect_uris, *client.logout_uris):
        _check_address(address)


def _check_address(address: str) -> None:
    """Raises ClientValueError for an address that people cannot safely be sent to."""
    if len(address) > MAX_URI or not address.isascii() or any(character.isspace() for character in address):
        raise ClientValueError("an address has up to 2,000 ASCII characters and no spaces")
    try:
        parts = urlsplit(address)
        hostname = parts.hostname
    except ValueError:
        raise ClientValueError(f"not an address: {address}") from None
    if "#" in address or "*" in address or "@" in parts.netloc:
        raise ClientValueError(f"an address has no fragment, no wildcard and no user name: {address}")
    if parts.scheme in {"http", "https"}:
        if hostname is None:
            raise ClientValueError(f"an address names a host: {address}")
        if parts.scheme == "http" and not _names_own_machine(hostname):
            raise ClientValueError(f"only addresses of one's own machine may begin with http: {address}")
    elif "." not in parts.scheme:  # RFC 8252, section 7.1; it also excludes javascript: and data:
        raise ClientValueError(f"the scheme is https, or that of a native app such as org.example.app: {address}")


def _names_own_machine(hostname: str) -> bool:
    try:
        return hostname == "localhost" or ip_address(hostname).is_loopback
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = ip_address(parts.hostname or "")
        name = f"[{parts.hostname}]" if host.version == 6 else str(parts.hostname)  # noqa: PLR2004
        return parts.scheme == "http" and host.is_loopback and parts.netloc in {name, f"{name}:{parts.port}"}
    except ValueError:
        return False


def _without_port(address: str) -> str:
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return parts._replace(netloc=str(host)).geturl()
