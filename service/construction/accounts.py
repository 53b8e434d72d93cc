"""Makes the services of accounts."""

from functools import cached_property

from service.accounts.accounts import Accounts
from service.accounts.invitations import Invitations
from service.accounts.password_links import PasswordLinks
from service.accounts.passwords import Passwords
from service.construction.tokens import TokenServices
from service.privacy.disputes import Disputes


class AccountServices(TokenServices):
    """Accounts and their passwords, invitations to have one, and disputes over one."""

    @cached_property
    def passwords(self) -> Passwords:
        return Passwords()

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.passwords, self.sessions, self.engine.model_id, self.audit, self.metrics)

    @cached_property
    def invitations(self) -> Invitations:
        return Invitations(self.settings.signup == "invite", self.settings.visit_url, self.audit)

    @cached_property
    def password_links(self) -> PasswordLinks:
        return PasswordLinks(self.passwords, self.settings.visit_url, self.audit)

    @cached_property
    def disputes(self) -> Disputes:
        return Disputes(self.audit)
