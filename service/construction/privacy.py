"""Makes the services with which users erase and export their data."""

from functools import cached_property

from service.construction.upkeep import UpkeepServices
from service.privacy.erasure import Erasure
from service.privacy.portability import Portability


class PrivacyServices(UpkeepServices):
    """Erasure, and copies of a user's data."""

    @cached_property
    def erasure(self) -> Erasure:
        return Erasure(self.images, self.audit, self.upkeep.request_run)

    @cached_property
    def portability(self) -> Portability:
        return Portability(self.images, self.audit)
