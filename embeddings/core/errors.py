"""The errors on the way from bytes to a vector. They contain data, not HTTP statuses."""


class ImageError(Exception):
    """An upload that cannot be decoded; the base of the errors below.

    Attributes:
        decoded: the maximal number of pixels that the decoder may have produced before it failed.
    """

    def __init__(self, message: str = "", decoded: int = 0) -> None:
        super().__init__(message)
        self.decoded = decoded


class NotBase64Error(ImageError):
    """The text is not base64, with or without a ``data:`` prefix."""


class EmptyImageError(ImageError):
    """The upload contains no bytes."""


class UnsupportedImageError(ImageError):
    """The bytes are not a JPEG, PNG or WebP image, or are of a variant that is not decoded."""


class DamagedImageError(UnsupportedImageError):
    """The bytes begin as a JPEG, PNG or WebP image but cannot be decoded."""


class TruncatedImageError(UnsupportedImageError):
    """The image ends before its format says it should."""


class ImageTooLargeError(ImageError):
    """The image has more pixels than allowed; it was not decoded.

    Attributes:
        pixels: width times height, from its header.
        limit: the allowed number for a file of its kind.
    """

    def __init__(self, pixels: int, limit: int) -> None:
        super().__init__(f"{pixels} pixels, at most {limit} are allowed")
        self.pixels = pixels
        self.limit = limit


class ModelError(Exception):
    """A network or its weights cannot be used."""


class WeightsUnavailableError(ModelError):
    """A weight file is missing and cannot be fetched, or has a wrong hash.

    The message names the file, its source and the place to put it by hand.
    """
