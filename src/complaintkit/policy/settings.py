"""What a profile settles about remedies and about the second person; what it cannot settle stands elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import field, frozen

from complaintkit.money import Money, Rounding
from complaintkit.timekeeping import Unit

if TYPE_CHECKING:  # loaded only by those whose profile states amounts
    from complaintkit.policy.distress import DistressRules
    from complaintkit.policy.interest import InterestRules


class ApologyProtection(StrEnum):
    """Whether an apology may be held against whoever makes it (6.2)."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@frozen(kw_only=True)
class OfferRules:
    """What an organisation has decided about offers; the rest of R-70 to R-76 is not its to decide.

    ``expires_after`` counts from the offer, ``paid_within`` from the acceptance, ``advice_within`` is the least time
    to take advice on a full and final settlement. ``offset_against_arrears`` permits it against undisputed arrears,
    with notice (R-74); ``confidentiality`` permits a clause, which never covers safety, crime or a regulator (R-76).
    """

    expires_after: Unit
    paid_within: Unit
    advice_within: Unit
    offset_against_arrears: bool = False
    confidentiality: bool = False
    apology_protection: ApologyProtection = ApologyProtection.NONE


@frozen(kw_only=True, eq=False)
class Remedies:
    """What a profile says about remedies. Interest and distress are only there where it states amounts (CF-07)."""

    rounding: Rounding
    offer: OfferRules
    interest: InterestRules | None
    distress: DistressRules | None


class SecondWay(StrEnum):
    """Where the second person comes from (CF-05): there always is one, or a delay and a register in the open."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    DELAYED_SELF_APPROVAL = "delayed_self_approval"


@frozen(kw_only=True)
class SecondPerson:
    """How maker and checker, and review by somebody else, are kept where few people work (CF-05).

    ``who`` says who is asked from outside. A delayed self-approval waits for ``delay``, stands in the public
    register, and holds only for amounts within ``below`` (minor units by currency).
    """

    way: SecondWay
    who: str = ""
    delay: Unit | None = None
    below: Mapping[str, int] = field(factory=dict)

    def alone_for(self, amount: Money) -> bool:
        """Whether a delayed self-approval may do for an amount."""
        return self.way is SecondWay.DELAYED_SELF_APPROVAL and amount.minor <= self.below.get(amount.currency, -1)
