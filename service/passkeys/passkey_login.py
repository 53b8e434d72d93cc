"""Login by passkey, without a username: the authenticator knows whose passkey it is.

Together with the access token of a recent face login of the same user, it is the second factor of that login.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from webauthn import generate_authentication_options
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import UserVerificationRequirement

from db.core.passkey_models import Passkey
from db.core.unit_of_work import UnitOfWork
from db.queries import passkeys as queries
from db.queries import users
from service.accounts.accounts import Accounts, Profile
from service.accounts.sessions import Session, Sessions
from service.accounts.tokens import Authentication
from service.audit.audit import Audit, Event, PasskeyOutcome
from service.domain.errors import (
    PasskeyCopiedError,
    PasskeyInvalidError,
    PasskeyOfAnotherError,
    PasskeyUnknownError,
)
from service.domain.levels import Level
from service.passkeys import ceremonies
from service.passkeys.ceremonies import TIMEOUT, Ceremony, Purpose
from service.passkeys.passkeys import Options
from service.passkeys.relying_party import RelyingParty
from service.passkeys.verification import Assertion, verify_login
from service.runtime.metrics import Metrics


@dataclass(frozen=True)
class PasskeyLogin:
    """A login by passkey: the account, its new session, and the level of that."""

    account: Profile
    session: Session
    level: Level


class PasskeyLogins:
    """Logs users in by passkey, in the caller's transaction."""

    def __init__(
        self,
        *,
        relying_party: RelyingParty,
        accounts: Accounts,
        sessions: Sessions,
        recent: timedelta,
        audit: Audit,
        metrics: Metrics,
    ) -> None:
        """``recent`` is the maximum age of a face login that a passkey completes."""
        self._relying_party = relying_party
        self._accounts = accounts
        self._sessions = sessions
        self._recent = recent
        self._audit = audit
        self._metrics = metrics

    def begin(self, work: UnitOfWork) -> Options:
        """Returns the options with which a browser asks for any passkey of the service. Raises PasskeysOffError."""
        options = generate_authentication_options(
            rp_id=self._relying_party.id,
            challenge=ceremonies.begin(work, Purpose.LOGIN),
            timeout=TIMEOUT,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def spend(self, work: UnitOfWork, assertion: Assertion) -> Ceremony:
        """Uses up the challenge of a login; raises as ``ceremonies.spend``."""
        return ceremonies.spend(work, assertion.client_data, Purpose.LOGIN)

    def log_in(
        self, work: UnitOfWork, ceremony: Ceremony, assertion: Assertion, earlier: Authentication | None
    ) -> PasskeyLogin:
        """Verifies a login and starts a session. A refusal changes nothing but the audit.

        Args:
            work: the transaction.
            ceremony: the challenge, used up.
            assertion: the authenticator's response.
            earlier: the login that the passkey completes. Its session ends, and if it is recent, its face counts for
                the level of the new one.

        Raises:
            PasskeyUnknownError: no account has this passkey.
            PasskeyInvalidError: the response is not verified.
            PasskeyOfAnotherError: ``earlier`` is of another account.
            PasskeyCopiedError: the counter did not rise.
            TokenInvalidError: the session of ``earlier`` has ended.
        """
        passkey = self._locked(work, assertion)
        user_id = passkey.user_id
        try:
            use = verify_login(assertion, ceremony.challenge, passkey.public_key, self._relying_party)
            if assertion.user_handle != user_id.bytes:
                raise PasskeyInvalidError
        except PasskeyInvalidError:
            self._refuse(work, PasskeyOutcome.INVALID, passkey)
            raise
        if earlier is not None and earlier.user_id != user_id:
            self._refuse(work, PasskeyOutcome.OTHER_ACCOUNT, passkey)
            raise PasskeyOfAnotherError
        if max(use.sign_count, passkey.sign_count) > 0 and use.sign_count <= passkey.sign_count:
            self._metrics.passkey_login("copied")
            self._audit.record_refusal(work, Event.PASSKEY_COPIED, user_id=user_id)
            raise PasskeyCopiedError
        now = datetime.now(UTC)
        queries.note_use(
            work.session, passkey.credential_id, sign_count=use.sign_count, backed_up=use.backed_up, now=now
        )
        level = self._level(earlier, now)
        if earlier is None:
            session = self._sessions.start(work, user_id, level)
        else:
            session = self._sessions.replace(work, earlier, level)
        self._metrics.passkey_login(PasskeyOutcome.MATCHED)
        self._audit.record(work, Event.PASSKEY_LOGIN, user_id=user_id, outcome=PasskeyOutcome.MATCHED)
        return PasskeyLogin(self._accounts.profile(work, user_id), session, level)

    def _locked(self, work: UnitOfWork, assertion: Assertion) -> Passkey:
        """The passkey of a login, after a lock on its account."""
        passkey = queries.find(work.session, assertion.credential_id)
        if passkey is not None:
            account = users.lock(work.session, passkey.user_id)
            passkey = queries.find(work.session, assertion.credential_id) if account else None
        if passkey is None:
            self._refuse(work, PasskeyOutcome.UNKNOWN_PASSKEY, None)
            raise PasskeyUnknownError
        return passkey

    def _level(self, earlier: Authentication | None, now: datetime) -> Level:
        if earlier is None or not earlier.is_recent(self._recent, now):
            return Level.PASSKEY
        return earlier.level.with_passkey()

    def _refuse(self, work: UnitOfWork, outcome: PasskeyOutcome, passkey: Passkey | None) -> None:
        self._metrics.passkey_login(outcome)
        user_id = passkey.user_id if passkey else None
        self._audit.record_refusal(work, Event.PASSKEY_LOGIN, user_id=user_id, outcome=outcome)
