"""The pages, the widget and what they load: plain files that the service hands out as they are."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
"""Holds ``pages``, ``account``, ``widget``, ``styles``, ``translations`` and ``images``."""
