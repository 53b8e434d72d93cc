"""Decides what happens with a valid authorization request: log in, consent, or a code."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import users
from service.domain.levels import Level
from service.openid.asked import Asked, AskedError, UnknownLevelError
from service.openid.asking import Asking
from service.openid.clients import Client
from service.openid.consents import Consents
from service.openid.policy import Demand
from service.openid.single_sign_on import SignedOn


class Step(StrEnum):
    """What comes next."""

    LOGIN = "login"
    CONSENT = "consent"
    DONE = "done"


class Refusal(StrEnum):
    """Why a request is refused: error codes of OpenID Connect Core 1.0, section 3.1.2.6, and of its extension.

    Attributes:
        UNMET: of "OpenID Connect Core Error Code unmet_authentication_requirements 1.0".
    """

    INVALID = "invalid_request"
    LOGIN_REQUIRED = "login_required"
    CONSENT_REQUIRED = "consent_required"
    UNMET = "unmet_authentication_requirements"


@dataclass(eq=False)
class RequestRefusedError(Exception):
    """A request is refused. The description is for the developer of the client, in ASCII."""

    refusal: Refusal
    description: str


@dataclass(frozen=True)
class Wish:
    """A valid authorization request.

    Attributes:
        client: who asks.
        scopes: what it may have of what it asks for.
        parameters: all parameters of the request.
        subject: of a valid ``id_token_hint``: the user who is expected; None is any user.
    """

    client: Client
    scopes: Sequence[str]
    parameters: Mapping[str, str]
    subject: UUID | None = None


@dataclass(frozen=True)
class Decision:
    """What comes next for a request.

    Attributes:
        step: what comes next.
        demand: what the login must be.
        login: that the browser continues, if any; always there unless the user has to log in.
    """

    step: Step
    demand: Demand
    login: SignedOn | None


class Authorization:
    """Decides on authorization requests."""

    def __init__(
        self, consents: Consents, asking: Asking, required: Level | None, available: Collection[Level]
    ) -> None:
        """``required`` is what the service requires of every login, ``available`` the levels that it offers."""
        self._consents = consents
        self._asking = asking
        self._required = required
        self._available = available

    def decide(self, work: UnitOfWork, wish: Wish, login: SignedOn | None) -> Decision:
        """Decides what comes next. Raises RequestRefusedError."""
        demand = self._demand(wish)
        if not demand.can_be_met(self._available):
            raise RequestRefusedError(Refusal.UNMET, "no login here reaches the level that is required")
        asked_at = self._asking.asked_at(wish.parameters)
        has_answered = login is not None and asked_at is not None and login.at >= asked_at
        if (
            login is None
            or not self._is_expected(work, wish, demand.asked, login, has_answered=has_answered)
            or not demand.is_met(login, datetime.now(UTC), has_answered=has_answered)
        ):
            self._refuse_if(demand, Refusal.LOGIN_REQUIRED, "the user has to log in")
            return Decision(Step.LOGIN, demand, login)
        if "consent" in demand.asked.prompts or self._consents.is_missing(
            work, login.user_id, wish.client, wish.scopes
        ):
            self._refuse_if(demand, Refusal.CONSENT_REQUIRED, "the user has to consent")
            return Decision(Step.CONSENT, demand, login)
        return Decision(Step.DONE, demand, login)

    def _demand(self, wish: Wish) -> Demand:
        try:
            asked = Asked.parse(wish.parameters)
        except AskedError as error:
            raise RequestRefusedError(Refusal.INVALID, str(error)) from None
        except UnknownLevelError:
            raise RequestRefusedError(Refusal.UNMET, "no such acr is known here") from None
        if not asked.insists:  # a level that no login here reaches would ask every user again, in vain
            asked = replace(asked, levels=[level for level in asked.levels if self._is_offered(level)])
        return Demand(asked, [level for level in (self._required, wish.client.required) if level is not None])

    def _is_offered(self, level: Level) -> bool:
        return any(one.satisfies(level) for one in self._available)

    def _is_expected(self, work: UnitOfWork, wish: Wish, asked: Asked, login: SignedOn, *, has_answered: bool) -> bool:
        """Whether the login is of the user whom the client expects. A ``login_hint`` may also be wrong."""
        named = {str(one) for one in (wish.subject, asked.subject) if one is not None}
        if named:
            return named == {str(login.user_id)}
        if asked.login_hint is None or has_answered:
            return True
        user = users.get(work.session, login.user_id)
        hint = asked.login_hint.casefold()
        return user is not None and hint in {user.username.casefold(), (user.email or user.username).casefold()}

    def _refuse_if(self, demand: Demand, refusal: Refusal, description: str) -> None:
        if demand.asked.is_silent:
            raise RequestRefusedError(refusal, description)


def levels_offered(liveness: str) -> frozenset[Level]:
    """Returns the levels that logins can reach with this ``VISAGE_LIVENESS``."""
    faces = {
        "off": {Level.FACE},
        "passive": {Level.PASSIVE_FACE, Level.CHALLENGED_FACE},
        "challenge": {Level.CHALLENGED_FACE},
    }[liveness]
    return frozenset({Level.PASSWORD, Level.PASSKEY, *faces, *(level.with_passkey() for level in faces)})
