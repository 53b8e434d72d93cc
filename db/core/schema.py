"""All tables, for whoever compares them with a database."""

from db.core import models, openid_models

METADATA = models.Base.metadata
"""The tables of both modules."""

__all__ = ["METADATA", "openid_models"]
