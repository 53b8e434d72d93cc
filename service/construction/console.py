"""Makes the services of the operators' console."""

from functools import cached_property

from service.console.alike import Alike
from service.console.audit_trail import AuditTrail
from service.console.dispute_desk import DisputeDesk
from service.console.health import ServiceHealth
from service.console.index_console import IndexConsole
from service.console.key_desk import KeyDesk
from service.console.overview import Overview
from service.console.past import Past
from service.console.people import People
from service.console.trust import Trust
from service.construction.privacy import PrivacyServices
from service.gallery.vector_index import VectorIndex
from service.keys.rotation import rotations


class ConsoleServices(PrivacyServices):
    """What operators see and do in the console. ``operators`` makes the login to it."""

    @cached_property
    def people(self) -> People:
        return People(self.accounts, self.password_links, self.erasure, self.audit)

    @cached_property
    def dispute_desk(self) -> DisputeDesk:
        return DisputeDesk(self.erasure, self.audit)

    @cached_property
    def audit_trail(self) -> AuditTrail:
        return AuditTrail(self.database)

    @cached_property
    def key_desk(self) -> KeyDesk:
        found = rotations(self.settings.keys_folder, self.settings.access_lifetime)
        return KeyDesk(self.database, found, self.audit)

    @cached_property
    def past(self) -> Past:
        return Past(self.history)

    @cached_property
    def trust(self) -> Trust:
        return Trust(self.gallery, self.settings.budget)

    @cached_property
    def alike(self) -> Alike:
        return Alike(self.database, self.gallery)

    @cached_property
    def index_console(self) -> IndexConsole:
        earlier = [VectorIndex(self.database, one, self.settings.index) for one in self.earlier_models]
        return IndexConsole(self.database, self.gallery, self.index, earlier, self.audit)

    @cached_property
    def overview(self) -> Overview:
        return Overview(self.history)

    @cached_property
    def service_health(self) -> ServiceHealth:
        return ServiceHealth(self.settings, self.database)
