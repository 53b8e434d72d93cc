"""Why work on a vector index is due."""

from enum import StrEnum


class Due(StrEnum):
    """A reason to build or measure an index. The first three ask for a build, the others for a measurement."""

    MISSING = "missing"
    OUTGROWN = "outgrown"
    OTHER_FORM = "other_form"
    NOT_MEASURED = "not_measured"
    MEASURED_LONG_AGO = "measured_long_ago"
    OTHER_SIZE = "other_size"
