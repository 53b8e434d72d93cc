"""Authorization requests that clients push before they send the user (PAR, RFC 9126)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from db.core.unit_of_work import UnitOfWork
from db.queries import openid_requests
from service.domain.random_secrets import MAX_SECRET, hash_of, new_secret

LIFETIME = timedelta(minutes=10)
"""Long enough for a user to log in by password, or to find a better light."""

PREFIX = "urn:ietf:params:oauth:request_uri:"


class PushedRequests:
    """Keeps pushed requests until they are answered. The user's browser only sees a reference."""

    def push(self, work: UnitOfWork, client_id: str, parameters: Mapping[str, str]) -> str:
        """Keeps a request of a client that has shown who it is; returns its ``request_uri``."""
        reference = new_secret()
        openid_requests.add(work.session, hash_of(reference), client_id, parameters, datetime.now(UTC) + LIFETIME)
        return PREFIX + reference

    def find(self, work: UnitOfWork, client_id: str, request_uri: str) -> Mapping[str, str] | None:
        """Returns the parameters of a client's request, or None if it is unknown or has expired."""
        reference = _reference(request_uri)
        if reference is None:
            return None
        return openid_requests.find(work.session, hash_of(reference), client_id, datetime.now(UTC))

    def answer(self, work: UnitOfWork, request_uri: str) -> bool:
        """Forgets a request, because each is answered once; returns False if it was answered before."""
        reference = _reference(request_uri)
        return reference is not None and openid_requests.remove(work.session, hash_of(reference))

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes expired requests."""
        openid_requests.delete_expired(work.session, datetime.now(UTC))


def _reference(request_uri: str) -> str | None:
    reference = request_uri.removeprefix(PREFIX)
    return reference if request_uri.startswith(PREFIX) and len(reference) <= MAX_SECRET else None
