"""The values of ``VISAGE_LIVENESS``."""

from typing import Literal

LivenessMode = Literal["off", "passive", "challenge"]
"""How the service checks that a user is in front of the camera: not at all, by the pictures alone, or by movements.
With ``passive``, a user may pass a challenge instead."""
