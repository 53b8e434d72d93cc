"""Makes the OpenID provider."""

from datetime import timedelta
from functools import cached_property

from service.construction.accounts import AccountServices
from service.openid.asking import Asking
from service.openid.authorization import Authorization, levels_offered
from service.openid.claims import Claims
from service.openid.client_tokens import ClientTokens
from service.openid.clients import Clients
from service.openid.consents import Consents
from service.openid.grants import Grants
from service.openid.provider import OpenidProvider
from service.openid.pushed_requests import PushedRequests
from service.openid.single_sign_on import SingleSignOn


class OpenidServices(AccountServices):
    """The OpenID provider, and the applications that are its clients."""

    @cached_property
    def clients(self) -> Clients:
        return Clients(self.audit)

    @cached_property
    def openid(self) -> OpenidProvider:
        settings = self.settings
        asking, consents = Asking(self._secret("openid.key")), Consents(self.audit)
        return OpenidProvider(
            issuer=settings.visit_url,
            id_token_lifetime=settings.access_lifetime,
            keys={"EdDSA": self.signing_keys, "RS256": self.id_token_keys},
            clients=self.clients,
            authorization=Authorization(consents, asking, settings.required_level, levels_offered(settings.liveness)),
            asking=asking,
            single_sign_on=SingleSignOn(self.sessions, self.audit),
            consents=consents,
            grants=Grants(timedelta(days=settings.refresh_days), self.audit),
            client_tokens=ClientTokens(self.signing_keys, settings.visit_url, settings.access_lifetime),
            claims=Claims(self.accounts),
            pushed_requests=PushedRequests(),
        )
