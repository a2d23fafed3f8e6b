"""What another profile would have said about the complaints of a book: read from the journal, nothing is written.

Only coded facts are looked at: levels and needs of the newest triage, when promises began, how long their clocks stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from complaintkit.commitments.reckoning import present_term, reckon
from complaintkit.complaint.complaint import Complaint
from complaintkit.desk.reading import read_entries
from complaintkit.errors import ComplaintKitError
from complaintkit.journal import Entry
from complaintkit.lifecycle import fold
from complaintkit.policy import Profile
from complaintkit.policy.cases import Question
from complaintkit.policy.differences import Replayed, differences
from complaintkit.policy.trial import Answer, ask
from complaintkit.ports import Query, Store
from complaintkit.receive.assessment import TriageRecorded, facts_of_triage
from complaintkit.timekeeping import format_instant
from complaintkit.vocabulary import Band


def replay_book(store: Store, old: Profile, new: Profile) -> Iterator[Replayed]:
    """Each complaint of a book under two profiles, in the order of work.

    The priority is found again from the newest triage, and the due instant of each promise that a profile made from its
    own start, with the extensions that were granted and the pauses that were recorded.
    """
    for row in store.find(Query()):
        yield replay_complaint(read_entries(store.entries(row.stream)), old, new)


def replay_complaint(entries: Sequence[Entry], old: Profile, new: Profile) -> Replayed:
    """One complaint under two profiles, from the entries of its journal."""
    complaint = fold(entries)
    if complaint is None:
        return Replayed("", ())
    question = _question(entries)
    try:
        before, after = ({each.name: each for each in _answers(profile, complaint, question)} for profile in (old, new))
    except ComplaintKitError as error:
        return Replayed(complaint.ref, (), str(error))
    return Replayed(complaint.ref, differences(before, after))


def _question(entries: Sequence[Entry]) -> Question | None:
    """What the newest triage asked the policy; None where there was none."""
    for place in range(len(entries) - 1, -1, -1):
        event = entries[place].event
        before = fold(entries[:place]) if isinstance(event, TriageRecorded) else None
        if before is not None and isinstance(event, TriageRecorded):
            return Question(facts=facts_of_triage(before, event, event.levels))
    return None


def _answers(profile: Profile, complaint: Complaint, question: Question | None) -> Iterator[Answer]:
    """The priority, and the due instant of each promise under the band that it gives."""
    found = ask(profile, question) if question else ()
    yield from found
    band = Band(found[0].value) if found else None
    for owed in complaint.commitments:
        term = present_term(owed, profile, band) if owed.term else None
        if term is not None:
            due = reckon(term, owed.started_at, profile.calendar, owed.stood).due
            rule = owed.regime or f"commitments.{owed.kind}"
            name = ".".join(filter(None, ("due", owed.kind, str(owed.cycle), owed.regime)))
            yield Answer(name, format_instant(due), (rule,))
