"""The settings of the rate limits; a part of ``service.settings.model``."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from service.domain.rates import Kind, Limit, Policy, Scope, parse_policy

Limits = Annotated[Mapping[Scope, Limit], NoDecode, BeforeValidator(parse_policy)]


class LimitSettings(BaseSettings):
    """The rate limits by address, account and device; see ``service.limiting.limits``."""

    limits: Literal["on", "off"] = Field("on", description="Whether the rate limits below apply.")
    limit_login: Limits = Field(
        parse_policy("address=100/hour, account=10/hour, device=20/hour, devices=60/hour, all=3000/hour"),
        description="Wrong passwords: from one address; for one username from unknown devices, from one known "
        "device, from all known devices; in all.",
    )
    limit_recognize: Limits = Field(
        parse_policy("address=100/hour, all=2000/hour"),
        description="Face logins that end in `unknown`, from known devices too, because each is a guess at every user.",
    )
    limit_verify: Limits = Field(
        parse_policy("address=100/hour, account=10/hour, device=30/hour, devices=60/hour, all=2000/hour"),
        description="The same with a `username` beside the image.",
    )
    limit_passkey: Limits = Field(
        parse_policy("address=100/hour, all=3000/hour"), description="Passkey logins that fail."
    )
    limit_store: Limits = Field(
        parse_policy("address=120/hour, account=20/hour, all=1200/hour"),
        description="Sign-ups, successful or not, and new enrolments of one account. Disputes have the same limit of"
        " their own.",
    )
    limit_own: Limits = Field(
        parse_policy("account=60/hour"),
        description="Changes that users make to their own account: passwords, copies of their data, erasures.",
    )
    limit_inspect: Limits = Field(
        parse_policy("address=3000/minute, all=30000/minute"), description="Frames sent for guidance."
    )
    limit_compare: Limits = Field(
        parse_policy("address=3000/hour, all=6000/hour"),
        description="Comparisons of two pictures. Casdoor makes up to four for each stored picture of the user, all "
        "from its own address.",
    )
    limit_other: Limits = Field(
        parse_policy("address=600/minute, device=120/minute, devices=600/minute, all=12000/minute"),
        description="Each other kind of request: challenges, consent texts, refreshes, one-time links, your "
        "application's requests. Known devices count separately.",
    )

    @property
    def policies(self) -> Mapping[Kind, Policy]:
        """The limits by the kind of call; empty if limits are off."""
        if self.limits == "off":
            return {}
        own = {
            Kind.LOGIN: self.limit_login,
            Kind.RECOGNIZE: self.limit_recognize,
            Kind.VERIFY: self.limit_verify,
            Kind.PASSKEY: self.limit_passkey,
            Kind.STORE: self.limit_store,
            Kind.DISPUTE: self.limit_store,
            Kind.OWN: self.limit_own,
            Kind.INSPECT: self.limit_inspect,
            Kind.COMPARE: self.limit_compare,
        }
        return {kind: own.get(kind, self.limit_other) for kind in Kind}
