"""An operator with an open console."""

import pytest
from flask import Flask

from db.core.engine import Database
from tests.http.console.operator import Operator


@pytest.fixture
def operator(app: Flask, database: Database) -> Operator:
    """An operator who has not logged in."""
    return Operator(app, database)


@pytest.fixture
def console(operator: Operator) -> Operator:
    """An operator at the open console."""
    return operator.open()
