"""Makes the services that read faces from images."""

from functools import cached_property

from service.comparison.comparison import Comparer
from service.construction.gallery import GalleryServices
from service.faces.captures import CaptureReader
from service.faces.guidance import Guide
from service.liveness.challenges import Challenges
from service.liveness.frames import SeenFrames
from service.liveness.live_person import LivePersonReader
from service.liveness.passive import PassiveLiveness
from service.liveness.verification import Liveness
from service.login.face_reader import FaceReader


class FaceServices(GalleryServices):
    """What images show: guidance, captures, liveness, and a comparison of two pictures."""

    @cached_property
    def guide(self) -> Guide:
        return Guide(self.engine, self.settings.max_pixels)

    @cached_property
    def captures(self) -> CaptureReader:
        return CaptureReader(self.engine, self.settings.max_pixels, self.model.same_person_floor)

    @cached_property
    def liveness(self) -> Liveness:
        frames_key = self._secret("frames.key")
        return Liveness(
            mode=self.settings.liveness,
            database=self.database,
            gallery=self.gallery,
            challenges=Challenges(frames_key, self.clock),
            seen_frames=SeenFrames(frames_key),
            live_person_reader=LivePersonReader(self.engine, self.captures, self.judge, self.model.sitting_floor),
            audit=self.audit,
            metrics=self.metrics,
        )

    @cached_property
    def passive(self) -> PassiveLiveness | None:
        if self.passive_check is None:
            return None
        return PassiveLiveness(self.passive_check, self.database, self.audit, self.metrics)

    @cached_property
    def faces(self) -> FaceReader:
        return FaceReader(self.captures, self.gallery, self.liveness, self.passive)

    @cached_property
    def comparer(self) -> Comparer:
        return Comparer(self.captures, self.gallery, self.metrics)
