"""Makes the services that limit how often clients call, and how much runs at once."""

from functools import cached_property

from service.construction.foundation import Foundation
from service.limiting.admission import Admission
from service.limiting.devices import Devices
from service.limiting.limits import Limits
from service.limiting.refunds import Refunds


class LimitingServices(Foundation):
    """Rate limits, and the slots of a process."""

    @cached_property
    def devices(self) -> Devices:
        return Devices(self._secret("devices.key"))

    @cached_property
    def refunds(self) -> Refunds:
        return Refunds(self.database)

    @cached_property
    def limits(self) -> Limits:
        return Limits(self.database, self.settings.policies, self.devices, self.refunds)

    @cached_property
    def admission(self) -> Admission:
        capacity = self.settings.capacity
        return Admission(capacity.slots, capacity.queue, on_change=self.metrics.admission)
