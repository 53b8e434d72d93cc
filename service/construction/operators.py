"""Makes the services with which operators log in to the console."""

from functools import cached_property

from service.console.operator_sessions import OperatorSessions
from service.console.operators import Operators
from service.construction.tokens import TokenServices


class OperatorServices(TokenServices):
    """Who is an operator, and the sessions of the console."""

    @cached_property
    def operators(self) -> Operators:
        return Operators(self.audit)

    @cached_property
    def operator_sessions(self) -> OperatorSessions:
        return OperatorSessions(self.sessions, self.settings.recent, self.audit)
