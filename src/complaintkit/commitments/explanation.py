"""Why a commitment is due when it is: its term, its ledger and the rules behind it (pain points 8 and 10)."""

from __future__ import annotations

from datetime import timedelta

from complaintkit.commitments.reckoning import term_of
from complaintkit.complaint.parts import Commitment
from complaintkit.policy import Profile
from complaintkit.timekeeping import Hours, Term, Why, explain

_SECOND = timedelta(seconds=1)


def explain_commitment(owed: Commitment, profile: Profile) -> Why:
    """The explanation of a commitment under the profile's calendar; for an own word, of the plain time until then.

    A clock that stands is explained as it stood when it was stopped.
    """
    regime = profile.regime(owed.regime)
    term = term_of(owed.term) if owed.term else Term(Hours(0))
    ended = [each for each in owed.suspensions if each.until is not None]
    return explain(
        term,
        owed.started_at if owed.term else owed.due,
        profile.calendar,
        [(each.since, each.until) for each in ended if each.until is not None],
        reasons=tuple(each.reason.value for each in ended),
        rule=regime.id if regime else owed.regime or (profile.label if owed.term else owed.kind.value),
        source=regime.source if regime else "",
    )
