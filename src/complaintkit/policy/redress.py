"""What puts a matter right: types, what entitles to them, their order, and the rules of an offer (6.2, 6.3, 6.6).

The remedy machine of a complaint follows these; an organisation sets times and permissions in its profile, and
nothing that would take a right away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from attrs import frozen

from complaintkit.errors import Reason
from complaintkit.money import Money
from complaintkit.policy.amount import Entry, Head
from complaintkit.policy.interest import InterestRules
from complaintkit.policy.settings import OfferRules


class RemedyType(StrEnum):
    """The types of a remedy; the values are the ids R-20 to R-34."""

    EXPLANATION = "R-20"
    APOLOGY = "R-21"
    CORRECTION = "R-22"
    RECONSIDERATION = "R-23"
    LOSS = "R-24"
    DISTRESS = "R-25"
    GOODWILL = "R-26"
    PREVENTION = "R-27"
    PUBLIC_CORRECTION = "R-28"
    STAFF_CONDUCT = "R-29"
    LEGAL_DUTY = "R-30"
    UNDISPUTED_PART = "R-31"
    SUSPENSION = "R-32"
    FEE_WAIVER = "R-33"
    LIKE_CASES = "R-34"


class Trigger(StrEnum):
    """What a remedy answers (R-40)."""

    MISLEADING_COMMUNICATION = "misleading_communication"
    UNFAIR_DECISION_OR_SERVICE = "unfair_decision_or_service"
    POOR_COMPLAINT_HANDLING = "poor_complaint_handling"
    NO_FINDING = "no_finding"

    @property
    def upheld(self) -> bool:
        """Whether a remedy on this ground counts as upheld; goodwill without a finding does not (R-40 d, M-05)."""
        return self is not Trigger.NO_FINDING


class Step(StrEnum):
    """The sequential test (R-41): one goes on only while injustice remains; prevention is always considered."""

    EXPLANATION_OR_APOLOGY = "explanation_or_apology"
    CORRECTION = "correction"
    QUANTIFIABLE_LOSS = "quantifiable_loss"
    NON_FINANCIAL = "non_financial"


#: What each step of the test offers.
TYPES_OF: Final[Mapping[Step, frozenset[RemedyType]]] = {
    Step.EXPLANATION_OR_APOLOGY: frozenset({RemedyType.EXPLANATION, RemedyType.APOLOGY}),
    Step.CORRECTION: frozenset(
        {RemedyType.CORRECTION, RemedyType.RECONSIDERATION, RemedyType.SUSPENSION, RemedyType.PUBLIC_CORRECTION}
    ),
    Step.QUANTIFIABLE_LOSS: frozenset({RemedyType.LOSS, RemedyType.FEE_WAIVER}),
    Step.NON_FINANCIAL: frozenset({RemedyType.DISTRESS}),
}
#: What is never a matter of the test: owed, undisputed, or for others than the complainant.
_OUTSIDE_THE_TEST: Final = frozenset(
    {
        RemedyType.LEGAL_DUTY,
        RemedyType.UNDISPUTED_PART,
        RemedyType.PREVENTION,
        RemedyType.STAFF_CONDUCT,
        RemedyType.LIKE_CASES,
    }
)


def next_step(remains: Mapping[Step, bool]) -> Step | None:
    """The next step to consider, where ``remains`` says for each one considered whether injustice remains after it.

    >>> next_step({Step.EXPLANATION_OR_APOLOGY: True})
    <Step.CORRECTION: 'correction'>
    >>> next_step({Step.EXPLANATION_OR_APOLOGY: False}) is None
    True
    """
    for step in Step:
        if step not in remains:
            return step
        if not remains[step]:
            return None
    return None


def objections(
    chosen: frozenset[RemedyType],
    trigger: Trigger,
    remains: Mapping[Step, bool],
    *,
    prevention_considered: bool,
    person: bool = True,
    refund_due: bool = False,
) -> tuple[Reason, ...]:
    """Why a choice of types does not hold (R-26, R-40 to R-44); nothing where it does.

    ``person`` says that the complainant is an individual, ``refund_due`` that a refund is owed by law.
    """
    paying = {RemedyType.LOSS, RemedyType.DISTRESS, RemedyType.FEE_WAIVER}
    wrong = {
        Reason("R-41", "prevention has not been considered"): not prevention_considered,
        Reason("R-44", "distress is personal: an organisation has none"): RemedyType.DISTRESS in chosen and not person,
        Reason("R-26", "goodwill never stands in for a refund that is due"): RemedyType.GOODWILL in chosen
        and refund_due
        and RemedyType.LEGAL_DUTY not in chosen,
        Reason("R-40", "without a finding a payment is goodwill, and is called so"): not trigger.upheld
        and bool(chosen & paying),
    }
    early = [
        Reason("R-41", f"{step.value} before the steps ahead of it have been considered")
        for step in Step
        if chosen & TYPES_OF[step] - _OUTSIDE_THE_TEST and not _reached(step, remains)
    ]
    return (*(reason for reason, holds in wrong.items() if holds), *early)


def _reached(step: Step, remains: Mapping[Step, bool]) -> bool:
    """Whether injustice remained after every step ahead of this one."""
    ahead = [*Step][: [*Step].index(step)]
    return all(remains.get(before, False) for before in ahead)


@frozen(kw_only=True)
class Offset:
    """A debt against which an offer would be set off (R-74): never one that is disputed, and never without notice."""

    disputed: bool
    notice_given: bool


@frozen(kw_only=True)
class Offer:
    """What an offer says: amounts by head, what acceptance means, until when, when it is paid (R-70)."""

    amounts: Mapping[str, Money]
    computation_shown: bool
    acceptance_explained: bool
    rights_unaffected: bool
    expires_on: date
    paid_by: date
    full_and_final: bool = False
    advice_until: date | None = None
    offset: Offset | None = None
    confidentiality: frozenset[str] = frozenset()


#: What no clause of confidentiality may cover (R-76).
NEVER_CONFIDENTIAL: Final = frozenset({"safety", "crime", "regulator"})


def offer_objections(
    offer: Offer, rules: OfferRules, *, earliest_expiry: date, latest_payment: date, earliest_advice: date
) -> tuple[Reason, ...]:
    """Why an offer may not go out (R-30, R-70, R-74, R-76); the dates are those that the rules give for its day."""
    settled = offer.full_and_final and (offer.advice_until is None or offer.advice_until < earliest_advice)
    offset = offer.offset
    wrong = {
        Reason("R-70", "it does not say how each amount was computed"): not offer.computation_shown,
        Reason("R-70", "it does not say what acceptance means"): not offer.acceptance_explained,
        Reason("R-70", "review and external rights must stay unless a full and final settlement is chosen"): not (
            offer.rights_unaffected or offer.full_and_final
        ),
        Reason("R-70", "it expires too early"): offer.expires_on < earliest_expiry,
        Reason("R-70", "it is paid too late"): offer.paid_by > latest_payment,
        Reason("R-70", "a full and final settlement gives time for advice"): settled,
        Reason("R-30", "what is owed by law is paid without waiver or offset"): Head.LEGAL_DUTY.value in offer.amounts
        and (offer.full_and_final or offset is not None),
        Reason("R-74", "no offset is permitted"): offset is not None and not rules.offset_against_arrears,
        Reason("R-74", "nothing is set off against a disputed debt"): offset is not None and offset.disputed,
        Reason("R-74", "arrears are set off only after notice"): offset is not None and not offset.notice_given,
        Reason("R-76", "no confidentiality is permitted"): bool(offer.confidentiality) and not rules.confidentiality,
        Reason("R-76", "safety, crime and regulators are never confidential"): bool(
            offer.confidentiality & NEVER_CONFIDENTIAL
        ),
    }
    return tuple(reason for reason, holds in wrong.items() if holds)


def may_replace(before: Money, after: Money, *, review_asked: bool, computation_error_shown: bool) -> bool:
    """Whether an offer may be replaced (R-73): never lowered once a review was asked for, unless an error is shown."""
    return after >= before or computation_error_shown or not review_asked


def accepted(offer: Offer, answers: Mapping[str, bool]) -> dict[str, Money]:
    """What a person has accepted of an offer: ``answers`` says yes or no to its heads, as far as they were answered.

    Silence accepts nothing (R-71), and some heads may be accepted without the others (R-72); a full and final
    settlement is accepted as a whole or not at all.

    >>> offer = Offer(
    ...     amounts={"loss": Money.of("75", "GBP"), "distress": Money.of("50", "GBP")},
    ...     computation_shown=True, acceptance_explained=True, rights_unaffected=True,
    ...     expires_on=date(2026, 4, 1), paid_by=date(2026, 4, 15))
    >>> accepted(offer, {}), accepted(offer, {"loss": True, "distress": False})
    ({}, {'loss': Money('75.00', 'GBP')})
    """
    taken = {head: money for head, money in offer.amounts.items() if answers.get(head, False)}
    return {} if offer.full_and_final and len(taken) < len(offer.amounts) else taken


@frozen(kw_only=True)
class Failure:
    """Accepted redress that was not paid in time, and what follows by itself (R-75, RM-10): apology and interest."""

    owes: frozenset[RemedyType]
    late_interest: tuple[Entry, ...]


def failure(
    offer: Offer, amount: Money, interest: InterestRules | None, *, proved_on: date | None, today: date
) -> Failure | None:
    """What a payment that was accepted has come to; nothing where its fulfilment was proved, or is not due yet (R-75).

    ``proved_on`` is the day of a payment of which there is proof. Late interest needs a profile that states its rate.
    """
    until = proved_on or today
    if until <= offer.paid_by:
        return None
    late = interest.late(amount, offer.paid_by, until) if interest else ()
    return Failure(owes=frozenset({RemedyType.APOLOGY}), late_interest=late)
