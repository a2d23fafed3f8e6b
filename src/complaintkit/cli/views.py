"""What ``--json`` says of a complaint and its parts: the documented shape, apart from our own classes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from complaintkit.complaint import Commitment, Complaint, Issue
from complaintkit.errors import Reason
from complaintkit.journal import Entry, codec
from complaintkit.ports import Summary
from complaintkit.timekeeping.instants import format_instant


def complaint_data(complaint: Complaint) -> dict[str, object]:
    """The complaint as it stands, without any personal text."""
    intake, triage = complaint.intake, complaint.triage
    return {
        "ref": complaint.ref,
        "version": complaint.version,
        "state": complaint.handling.value,
        "open": complaint.is_open,
        "kind": complaint.kind.value,
        "band": complaint.band.value if complaint.band else None,
        "assessed_band": triage.band.value if triage else None,
        "declared_urgency": complaint.declared_urgency.value if complaint.declared_urgency else None,
        "rank": triage.rank if triage else None,
        "track": triage.track.value if triage else None,
        "received_at": at(complaint.received_at),
        "registered_at": at(complaint.registered_at),
        "channel": intake.channel.value,
        "language": intake.language.value,
        "owner": complaint.owner,
        "person": intake.person,
        "unit": complaint.unit,
        "attributes": dict(intake.attributes),
        "record": intake.record,
        "milestones": {name: at(when) for name, when in complaint.milestones},
        "episode": complaint.episode,
        "acknowledgement": complaint.acknowledgement.state.value,
        "outcome": complaint.outcome.value.value if complaint.outcome else None,
        "closed_at": at(complaint.closure.at) if complaint.closure else None,
        "closed_because": complaint.closure.reason.value if complaint.closure else None,
        "merged_into": complaint.merged_into,
        "joined": [joined.ref for joined in complaint.joined],
        "contacts": len(complaint.contacts),
        "externally_open": complaint.externally_open,
        "learning": complaint.learning.value,
        "policy": complaint.profile,
    }


def issue_data(issue: Issue, complaint: Complaint) -> dict[str, Any]:
    """One issue, with the finding of the newest report; its statement is a personal text."""
    report = complaint.inquiry.report
    findings = {finding.issue: finding.value.value for finding in report.findings} if report else {}
    return {
        "no": issue.no,
        "category": issue.category,
        "respondent": issue.respondent,
        "identifies_person": issue.identifies_person,
        "jurisdiction": issue.jurisdiction.value,
        "finding": findings.get(issue.no),
    }


def promise_data(promise: Commitment) -> dict[str, object]:
    """One commitment: what, until when, and its verdict."""
    return {
        "id": promise.id,
        "kind": promise.kind.value,
        "cycle": promise.cycle,
        "started_at": at(promise.started_at),
        "due": at(promise.due),
        "status": promise.status.value,
        "settled_at": at(promise.settled_at),
        "term": promise.term,
        "calendar": promise.calendar,
        "regime": promise.regime,
        "paused_since": at(promise.paused_since),
    }


def entry_data(entry: Entry) -> dict[str, object]:
    """One entry of the journal; a personal text in its ``data`` is a reference."""
    data = codec.to_dict(entry.event)
    data.pop("type")
    return {
        "seq": entry.seq,
        "version": entry.ver,
        "type": entry.type,
        "recorded_at": at(entry.at),
        "occurred_at": at(entry.occurred),
        "actor": {"id": entry.actor.id, "role": entry.actor.role.value, "authority": entry.actor.authority},
        "command": entry.command,
        "data": data,
    }


def summary_data(row: Summary) -> dict[str, object]:
    """One row of a search."""
    data = row._asdict()
    return {"ref": data.pop("stream"), **data}


def reason_data(reason: Reason) -> dict[str, str]:
    """One reason of a refusal."""
    return {"rule": reason.rule, "text": reason.text}


def at(value: datetime | None) -> str | None:
    """An instant as text of fixed width in UTC."""
    return None if value is None else format_instant(value)
