"""The settings of what is kept of people and how, a part of all settings (``service.settings.settings``)."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from service.settings.paths import UserPath

Days = Annotated[int, Field(ge=1, le=36_500)]


class StorageSettings(BaseSettings):
    """How photographs lie on disk, and for how long; see ``service.images.keys`` and ``service.privacy.retention``."""

    image_key: SecretStr | None = Field(
        None, description="Keys of the images at rest, in base64 with commas between; unset: they are in a file."
    )
    image_key_file: UserPath | None = Field(
        None, description="That file; unset: `keys/images.keys` in the data folder, which the first start makes."
    )
    keep_images: Days | Literal["always", "until-embedded"] = Field(
        "always",
        description="How long photographs are kept: `always`, `until-embedded` (not at all, once there is a template), "
        "or so many days; see `visage retention`.",
    )
    inactive_days: Days | None = Field(
        None, description="After how many days without a login `visage retention` erases an account; unset: never."
    )

    @property
    def keeps_images(self) -> bool:
        """Whether photographs outlast an enrolment at all."""
        return self.keep_images != "until-embedded"
