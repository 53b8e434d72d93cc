"""Makes the services of passkeys."""

from functools import cached_property

from service.construction.accounts import AccountServices
from service.passkeys.passkey_login import PasskeyLogins
from service.passkeys.passkeys import Passkeys
from service.passkeys.relying_party import RelyingParty


class PasskeyServices(AccountServices):
    """The passkeys of users, and the login with one."""

    @cached_property
    def relying_party(self) -> RelyingParty:
        return RelyingParty.of(self.settings)

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(self.relying_party, self.sessions, self.audit)

    @cached_property
    def passkey_logins(self) -> PasskeyLogins:
        return PasskeyLogins(
            relying_party=self.relying_party,
            accounts=self.accounts,
            sessions=self.sessions,
            recent=self.settings.recent,
            audit=self.audit,
            metrics=self.metrics,
        )
