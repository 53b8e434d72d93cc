"""Makes the services of sign-up and login by face."""

from functools import cached_property

from service.construction.upkeep import UpkeepServices
from service.gallery.replica import Replica
from service.login.enrolment import Enrolment
from service.login.recognition import Recognizer


class LoginServices(UpkeepServices):
    """Recognition and enrolment."""

    @cached_property
    def recognizer(self) -> Recognizer:
        replica = Replica(self.replicas, self.database) if self.replicas else None
        return Recognizer(
            database=self.database, sessions=self.sessions, audit=self.audit, metrics=self.metrics, replica=replica
        )

    @cached_property
    def enrolment(self) -> Enrolment:
        return Enrolment(
            model_id=self.engine.model_id,
            images=self.images,
            passwords=self.passwords,
            invitations=self.invitations,
            sessions=self.sessions,
            access_tokens=self.access_tokens,
            consent=self.settings.consent,
            audit=self.audit,
            metrics=self.metrics,
            refuse_duplicates=self.settings.duplicate_face == "reject",
            on_changed=self.upkeep.request_run,
        )
