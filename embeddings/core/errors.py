"""What can go wrong on the way from bytes to a vector. The errors carry data, not HTTP statuses."""


class ImageError(Exception):
    """An upload that cannot become an image; the base of those below.

    Attributes:
        decoded: how many pixels the decoder may have made before it gave up.
    """

    def __init__(self, message: str = "", decoded: int = 0) -> None:
        super().__init__(message)
        self.decoded = decoded


class NotBase64Error(ImageError):
    """The text is not base64, with or without a ``data:`` prefix."""


class EmptyImageError(ImageError):
    """The upload holds no bytes at all."""


class UnsupportedImageError(ImageError):
    """The bytes are no JPEG, PNG or WebP image, or are one of a kind that is not decoded."""


class DamagedImageError(UnsupportedImageError):
    """The bytes begin as a JPEG, PNG or WebP image and cannot be decoded."""


class TruncatedImageError(UnsupportedImageError):
    """The image ends before its format says it should."""


class ImageTooLargeError(ImageError):
    """The image has more pixels than allowed; it was not decoded.

    Attributes:
        pixels: width times height as its header states them.
        limit: how many are allowed to a file of its kind.
    """

    def __init__(self, pixels: int, limit: int) -> None:
        super().__init__(f"{pixels} pixels, at most {limit} are allowed")
        self.pixels = pixels
        self.limit = limit


class ModelError(Exception):
    """A network or its weights cannot be used."""


class WeightsUnavailableError(ModelError):
    """A weight file is missing and cannot be fetched, or is not the file it should be.

    The message names the file, where it comes from and where to put it by hand.
    """
