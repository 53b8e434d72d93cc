"""Makes the services that log users in with tokens."""

from datetime import timedelta
from functools import cached_property

from service.accounts.sessions import Sessions
from service.accounts.tokens import AccessTokens
from service.construction.foundation import Foundation
from service.keys.signing_keys import SigningKeys


class TokenServices(Foundation):
    """The keys that sign, access tokens and sessions."""

    @cached_property
    def signing_keys(self) -> SigningKeys:
        return SigningKeys(self.settings.keys_folder, self.settings.access_lifetime)

    @cached_property
    def id_token_keys(self) -> SigningKeys:
        return SigningKeys(self.settings.keys_folder, self.settings.access_lifetime, "RS256")

    @cached_property
    def access_tokens(self) -> AccessTokens:
        settings = self.settings
        return AccessTokens(
            self.signing_keys, settings.issuer, settings.audience, settings.access_lifetime, settings.required_level
        )

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.access_tokens, timedelta(days=self.settings.refresh_days), self.audit)
