"""The settings of stored data; a part of ``service.settings.model``."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from service.settings.paths import UserPath

Days = Annotated[int, Field(ge=1, le=36_500)]


class StorageSettings(BaseSettings):
    """How photographs are stored, and how long; see ``service.images.keys`` and ``service.privacy.retention``."""

    image_key: SecretStr | None = Field(
        None, description="Keys that encrypt the images, in base64, separated by commas. Unset: a file holds them."
    )
    image_key_file: UserPath | None = Field(
        None, description="That file. Unset: `keys/images.keys` in the data folder, which the first start creates."
    )
    keep_images: Days | Literal["always", "until-embedded"] = Field(
        "always",
        description="How long pictures are stored: `always`, `until-embedded` (not after the template exists), or a "
        "number of days. See `visage retention`.",
    )
    inactive_days: Days | None = Field(
        None, description="Days without a login after which `visage retention` erases an account. Unset: never."
    )

    @property
    def keeps_images(self) -> bool:
        """Whether photographs are stored after an enrolment at all."""
        return self.keep_images != "until-embedded"
