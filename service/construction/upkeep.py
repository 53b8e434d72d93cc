"""Makes the maintenance that runs beside the requests."""

from functools import cached_property

from service.construction.faces import FaceServices
from service.construction.limiting import LimitingServices
from service.construction.openid import OpenidServices
from service.construction.operators import OperatorServices
from service.construction.passkeys import PasskeyServices
from service.gallery.upkeep import Upkeep


class UpkeepServices(FaceServices, LimitingServices, PasskeyServices, OpenidServices, OperatorServices):
    """Upkeep of the index, and of every service that has rows to delete from time to time."""

    @cached_property
    def upkeep(self) -> Upkeep:
        sweeps = [
            self.sessions.forget_expired,
            self.limits.forget_unused,
            self.liveness.forget_old,
            self.invitations.forget_expired,
            self.password_links.forget_expired,
            self.openid.grants.forget_expired,
            self.openid.pushed_requests.forget_expired,
            self.openid.single_sign_on.forget_ended,
            self.passkeys.forget_expired,
            self.operator_sessions.forget_ended,
            self.disputes.forget_decided,
            self.accounts.give_username_keys,
            self.history.note_gallery,
            self.history.roll_up,
        ]
        return Upkeep(self.database, self.model, self.index, sweeps, self.metrics.upkeep_done)
