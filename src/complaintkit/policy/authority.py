"""Who may approve a remedy: levels, aggregates against splitting, makers and checkers (domain 6.5, R-60 to R-66).

The limits are data of a profile. What no profile can change stands here: nobody checks their own proposal, an
approval holds for one calculation only, and an absence raises nobody's limit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from complaintkit.errors import Reason, UnknownName
from complaintkit.money import Money
from complaintkit.policy.amount import Calculation, Head
from complaintkit.policy.facts import FactKind
from complaintkit.policy.triage import NEVER_READ
from complaintkit.vocabulary import Role

#: The aggregate of a complainant looks back this far (R-60).
_TWELVE_MONTHS: Final = timedelta(days=365)


class Scope(StrEnum):
    """Over what payments are added up (R-60)."""

    ISSUE = "issue"
    COMPLAINT = "complaint"
    COMPLAINANT = "complainant"


@frozen(kw_only=True)
class Level:
    """One level: who has it, what they may approve in each currency, what they may do besides money.

    ``limits`` are minor units by currency; a level without limits may approve any amount.
    """

    id: str
    roles: tuple[Role, ...]
    limits: Mapping[str, int]
    powers: tuple[str, ...] = ()

    def carries(self, amounts: Iterable[Money]) -> bool:
        """Whether some amounts lie within its limits: over several currencies, the parts used add up to one at most.

        Raises ``UnknownName`` for a currency in which it has no limit although it has limits.
        """
        return not self.limits or sum((self._used(money) for money in amounts), Fraction()) <= 1

    def _used(self, money: Money) -> Fraction:
        if money.currency not in self.limits:
            raise UnknownName(
                f"the level {self.id} has no limit in {money.currency}", hint="add one to every level of the profile"
            )
        limit = self.limits[money.currency]
        return Fraction(money.minor, limit) if limit else Fraction(2 if money.minor else 0)


@frozen(kw_only=True)
class Paid:
    """What was granted before: enough to add up, nothing that names anybody. ``amount`` is without legal duty."""

    amount: Money
    complaint: str
    complainant: str
    on: date
    issue: str = ""


@frozen(kw_only=True)
class Proposal:
    """A calculation proposed by ``maker`` for a complaint and whoever is to be paid, on a day."""

    calculation: Calculation
    maker: str
    complaint: str
    complainant: str
    on: date

    @property
    def digest(self) -> str:
        """What an approval holds for: this calculation, on this complaint, for this person (INV-49)."""
        whole = f"{self.calculation.digest}\x1f{self.complaint}\x1f{self.complainant}"
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def discretionary(self) -> Mapping[str, Money]:
        """What counts towards a limit, by issue: everything but what is owed by law (R-60)."""
        calculation = self.calculation
        free = [entry for entry in calculation.entries if entry.head is not Head.LEGAL_DUTY]
        exact: dict[str, Fraction] = {}
        for entry in free:
            exact[entry.issue] = exact.get(entry.issue, Fraction()) + entry.exact
        return {
            issue: Money.rounded(max(amount, Fraction()), calculation.currency, calculation.rounding)
            for issue, amount in exact.items()
        }

    @property
    def amount(self) -> Money:
        """All that counts towards a limit."""
        duty = self.calculation.heads.get(Head.LEGAL_DUTY, Money(0, self.calculation.currency))
        return self.calculation.payable - duty


@frozen(kw_only=True)
class Approval:
    """Somebody's own act: they looked at the proposal with this digest and approve it at their level."""

    by: str
    level: str
    digest: str


@frozen(kw_only=True)
class Clearance:
    """What a proposal needs: the level by its largest aggregate, and how many others must approve at which level.

    ``aggregates`` are the sums that were looked at; ``duty_check`` says that a person must check the computation
    of what is owed by law, which needs no permission (R-61).
    """

    level: Level
    scope: Scope
    aggregates: Mapping[Scope, tuple[Money, ...]]
    checkers: int
    checker_level: Level
    duty_check: bool


@frozen(kw_only=True)
class Authority:
    """The levels of an organisation, lowest first.

    ``alone`` is the level up to which a maker needs nobody else, ``two_above`` the one above whose limits two
    checkers are needed, of the level ``two_of`` or more (R-61).
    """

    levels: tuple[Level, ...]
    alone: str
    two_above: str
    two_of: str
    _order: Mapping[str, int] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_order", {level.id: place for place, level in enumerate(self.levels)})

    def level(self, name: str) -> Level:
        """A level by its id."""
        if name not in self._order:
            raise UnknownName(f"there is no level {name!r}", hint=f"one of {', '.join(self._order)}")
        return self.levels[self._order[name]]

    def own(self, role: Role) -> Level:
        """The highest level that a role has; the lowest where it has none."""
        return next((level for level in reversed(self.levels) if role in level.roles), self.levels[0])

    def clearance(self, proposal: Proposal, before: Iterable[Paid] = ()) -> Clearance:
        """What a proposal needs, together with what was granted before on the same matter or person (R-60, R-61)."""
        aggregates = _aggregates(proposal, tuple(before))
        needed = {scope: self._carrying(amounts) for scope, amounts in aggregates.items()}
        scope = max(needed, key=lambda scope: self._order[needed[scope].id])
        level = needed[scope]
        place, checker = self._order[level.id], level
        checkers = 0 if place <= self._order[self.alone] else 1
        if place > self._order[self.two_above]:
            checkers, checker = 2, max(level, self.level(self.two_of), key=lambda each: self._order[each.id])
        duty = bool(proposal.calculation.heads.get(Head.LEGAL_DUTY))
        duty_total = proposal.calculation.heads.get(Head.LEGAL_DUTY, Money(0, proposal.calculation.currency))
        person = duty and not self.level(self.alone).carries([duty_total])
        return Clearance(
            level=level, scope=scope, aggregates=aggregates, checkers=checkers, checker_level=checker, duty_check=person
        )

    def missing(
        self, proposal: Proposal, approvals: Iterable[Approval], before: Iterable[Paid] = ()
    ) -> tuple[Reason, ...]:
        """Why a proposal may not go out yet; nothing where it may (R-61, R-62)."""
        needs = self.clearance(proposal, before)
        given = tuple(approvals)
        bound = [each for each in given if each.digest == proposal.digest]
        reasons = [Reason("R-62", "an approval is for something else, and void")] if len(bound) < len(given) else []
        others = {each.by: self._order[self.level(each.level).id] for each in bound if each.by != proposal.maker}
        if any(each.by == proposal.maker for each in bound):
            reasons.append(Reason("R-61", "nobody checks their own proposal"))
        able = [place for place in others.values() if place >= self._order[needs.checker_level.id]]
        if len(able) < needs.checkers:
            more = f"{needs.checkers} of level {needs.checker_level.id} or more"
            reasons.append(Reason("R-61", f"needs the approval of {more}; it has {len(able)}"))
        if needs.duty_check and not others:
            reasons.append(Reason("R-61", "somebody else must check how the amount owed by law was computed"))
        return tuple(reasons)

    def stand_in(self, chain: Sequence[tuple[str, str]], needed: str, absent: Callable[[str], bool]) -> str | None:
        """The first of a deputy chain of (person, own level) who is there and may decide by that level (R-65)."""
        able = self._order[self.level(needed).id]
        there = (who for who, level in chain if self._order[self.level(level).id] >= able and not absent(who))
        return next(there, None)

    def _carrying(self, amounts: tuple[Money, ...]) -> Level:
        return next((level for level in self.levels if level.carries(amounts)), self.levels[-1])


def _aggregates(proposal: Proposal, before: tuple[Paid, ...]) -> dict[Scope, tuple[Money, ...]]:
    """The sums over the issue with the most, the complaint, and the complainant's twelve months (R-60)."""
    here = [paid for paid in before if paid.complaint == proposal.complaint]
    year = [
        paid
        for paid in before
        if paid.complainant == proposal.complainant and proposal.on - _TWELVE_MONTHS < paid.on <= proposal.on
    ]
    issues = [
        (money, *(paid.amount for paid in here if paid.issue == issue))
        for issue, money in proposal.discretionary.items()
    ]
    largest = max(issues, key=lambda amounts: sum(amount.minor for amount in amounts), default=())
    return {
        Scope.ISSUE: largest,
        Scope.COMPLAINT: (proposal.amount, *(paid.amount for paid in here)),
        Scope.COMPLAINANT: (proposal.amount, *(paid.amount for paid in year)),
    }


def just_below(authority: Authority, level: str, proposals: Iterable[Proposal], on: date) -> tuple[str, ...]:
    """The makers of more than three proposals in thirty days at 95 % or more of the limit of a level (R-63)."""
    limits = authority.level(level).limits
    near: dict[str, int] = {}
    for proposal in proposals:
        limit = limits.get(proposal.calculation.currency, 0)
        near_it = 0 < limit * 95 <= proposal.amount.minor * 100 <= limit * 100
        if near_it and on - timedelta(days=30) < proposal.on <= on:
            near[proposal.maker] = near.get(proposal.maker, 0) + 1
    return tuple(sorted(maker for maker, count in near.items() if count > 3))


@frozen(kw_only=True)
class Widening:
    """A request to raise somebody's limit, and what stands behind it (R-64)."""

    trained: bool
    simulated_days: int
    within_limit_percent: int | None
    error_cost: Money | None
    risk_sign_off: str
    review_on: date | None

    def missing(self, on: date) -> tuple[Reason, ...]:
        """What a widening on a day still lacks."""
        lacks = {
            "the training tag": not self.trained,
            "a simulation over 90 days of past cases": self.simulated_days < 90,
            "how many of them would have been within the limit": self.within_limit_percent is None,
            "what their errors would have cost": self.error_cost is None,
            "the sign-off of risk": not self.risk_sign_off,
            "a review after 90 days at most": not (self.review_on and on < self.review_on <= on + timedelta(days=90)),
        }
        return tuple(Reason("R-64", f"{what} is missing") for what, lacking in lacks.items() if lacking)


def for_checker(record: Mapping[str, object]) -> dict[str, object]:
    """What a checker sees of a record: all of it but what tells the value of the customer (R-66)."""
    return {name: value for name, value in record.items() if NEVER_READ.get(name) is not FactKind.CUSTOMER_VALUE}
