"""The enumerations of complaint handling, in the field's own words (domain glossary).

Every value is the word that is stored in the journal; a stored word never changes its meaning.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import NamedTuple, NoReturn

from complaintkit.errors import UnknownName


class Word(StrEnum):
    """A word of the vocabulary; whoever names another one is told which there are.

    >>> Channel("phone")
    <Channel.PHONE: 'phone'>
    >>> Channel("telex")
    Traceback (most recent call last):
    ...
    complaintkit.errors.UnknownName: this is no Channel (one of phone, in_person, counter, letter, fax, email, \
web_form, chat, app, sms, social_public, social_private, review_site, suggestion_box, regulator, parliamentarian, \
media, third_party, internal_staff)
    """

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise UnknownName(f"this is no {cls.__name__}", hint=f"one of {', '.join(cls)}")


class FeedbackKind(Word):
    """What kind of item was received (E-02); judged by content, not by the button used (INV-09)."""

    COMPLAINT = "complaint"
    CLAIM = "claim"
    SUGGESTION = "suggestion"
    COMPLIMENT = "compliment"
    ENQUIRY = "enquiry"
    SERVICE_REQUEST = "service_request"


class Channel(Word):
    """By which way a contact came (E-08); reported, never an input of a decision (INV-19)."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    COUNTER = "counter"
    LETTER = "letter"
    FAX = "fax"
    EMAIL = "email"
    WEB_FORM = "web_form"
    CHAT = "chat"
    APP = "app"
    SMS = "sms"
    SOCIAL_PUBLIC = "social_public"
    SOCIAL_PRIVATE = "social_private"
    REVIEW_SITE = "review_site"
    SUGGESTION_BOX = "suggestion_box"
    REGULATOR = "regulator"
    PARLIAMENTARIAN = "parliamentarian"
    MEDIA = "media"
    THIRD_PARTY = "third_party"
    INTERNAL_STAFF = "internal_staff"


class Direction(Word):
    """Who got in touch with whom (E-08)."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Language(Word):
    """A language in which letters and explanations can be written (N-40)."""

    ENGLISH = "en"
    HEBREW = "he"
    PERSIAN = "fa"


class ActorKind(Word):
    """Who acts: a person, the system itself, or an outside body (V-05)."""

    HUMAN = "human"
    SYSTEM = "system"
    EXTERNAL = "external"


class Role(Word):
    """The roles of the process (V-06); the stored word is the domain's id."""

    COMPLAINANT = "RO-01"
    REPRESENTATIVE = "RO-02"
    FRONT_LINE_AGENT = "RO-03"
    CASE_HANDLER = "RO-04"
    TRIAGE_OFFICER = "RO-05"
    LIAISON = "RO-06"
    INVESTIGATOR = "RO-07"
    TEAM_LEADER = "RO-08"
    DECISION_MAKER = "RO-09"
    REMEDY_APPROVER = "RO-10"
    REVIEWER = "RO-11"
    COMPLAINTS_MANAGER = "RO-12"
    EXECUTIVE = "RO-13"
    DISCLOSURE_OFFICER = "RO-14"
    PRIVACY_OFFICER = "RO-15"
    QUALITY_ANALYST = "RO-16"
    AUDITOR = "RO-17"
    COMMUNICATIONS_LEAD = "RO-18"
    LEGAL_ADVISER = "RO-19"
    SYSTEM = "RO-20"
    EXTERNAL_BODY = "RO-21"
    RESPONDENT = "RO-22"
    ADVOCATE = "RO-23"


class Phase(Word):
    """The three phases of the process."""

    RECEIVE = "receive"
    RESPOND = "respond"
    LEARN = "learn"


class Handling(Word):
    """The states of the handling chart (domain lifecycle 4.2); ids in the comments."""

    DRAFT = "draft"  # ST-00
    RECEIVED = "received"  # ST-01
    ASSESSING = "assessing"  # ST-02
    EARLY_RESOLUTION = "early_resolution"  # ST-03
    SELECTING_APPROACH = "selecting_approach"  # ST-04
    PLANNING = "planning"  # ST-05
    AUTHORISING = "authorising"  # ST-06
    GATHERING_EVIDENCE = "gathering_evidence"  # ST-07
    REASSESSING_RESOLUTION = "reassessing_resolution"  # ST-08
    REPORTING = "reporting"  # ST-09
    APPROVING_ACTIONS = "approving_actions"  # ST-10
    INFORMING_PARTIES = "informing_parties"  # ST-11
    OUTCOME_ISSUED = "outcome_issued"  # ST-12
    UNDER_INTERNAL_REVIEW = "under_internal_review"  # ST-13
    CLOSED = "closed"  # ST-15


class AckState(Word):
    """Region B: where the acknowledgement stands."""

    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    WAIVED = "waived"


class ExternalState(Word):
    """Region X: where external review stands."""

    NONE = "none"
    OPEN = "open"
    DETERMINED = "determined"
    RETURNED = "returned"


class LearningState(Word):
    """Region E: how far learning from the complaint has come."""

    NOT_STARTED = "not_started"  # LS-0
    EVALUATING = "evaluating"  # LS-1
    ROOT_CAUSE = "root_cause"  # LS-2
    ACTIONS_OPEN = "actions_open"  # LS-3
    VERIFYING = "verifying"  # LS-4
    LEARNED = "learned"  # LS-5
    NO_ACTION = "no_action"  # LS-6


class Band(Word):
    """How soon a complaint is due (V-07): P1 is the most urgent."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Track(Word):
    """How much process a complaint gets (P-17)."""

    FRONTLINE = "frontline"
    STANDARD = "standard"
    INVESTIGATION = "investigation"
    SPECIALIST = "specialist"
    DISCLOSURE = "disclosure"


class Jurisdiction(Word):
    """Whether an issue is ours to decide (E-14)."""

    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    SHARED = "shared"


class ConflictNature(Word):
    """Of what nature a conflict of interest is (E-18)."""

    FINANCIAL = "financial"
    FAMILY = "family"
    PRIOR_INVOLVEMENT = "prior_involvement"
    REPORTING_LINE = "reporting_line"
    HOSTILITY = "hostility"
    OTHER = "other"


class ConflictDecision(Word):
    """What follows from a declaration of interest (E-18)."""

    NONE = "none"
    MANAGE = "manage"
    RECUSE = "recuse"


class Approach(Word):
    """How a complaint is looked into (E-21)."""

    RESOLVE_INFORMALLY = "resolve_informally"
    DESK_REVIEW = "desk_review"
    CONCILIATION = "conciliation"
    FORMAL_INVESTIGATION = "formal_investigation"
    SPECIALIST = "specialist"
    REFER = "refer"


class FindingValue(Word):
    """The answer to one issue (V-10)."""

    SUBSTANTIATED = "substantiated"
    PARTLY_SUBSTANTIATED = "partly_substantiated"
    NOT_SUBSTANTIATED = "not_substantiated"
    UNABLE_TO_DETERMINE = "unable_to_determine"
    NOT_INVESTIGATED = "not_investigated"


class OutcomeValue(Word):
    """The outcome of a complaint, derived from its findings (INV-24)."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    UNDETERMINED = "undetermined"
    RESOLVED_BY_AGREEMENT = "resolved_by_agreement"
    NOT_DECIDED = "not_decided"


class ReviewOutcome(Word):
    """What an internal review did with the decision (E-30)."""

    CONFIRMED = "confirmed"
    VARIED = "varied"
    SUBSTITUTED = "substituted"
    REMITTED = "remitted"


class ReopenReason(Word):
    """Why a closed complaint is opened again (E-32)."""

    NEW_EVIDENCE = "new_evidence"
    ERROR = "error"
    REMEDY_FAILED = "remedy_failed"
    EXTERNAL = "external"
    RECURRENCE = "recurrence"
    DISSATISFIED_WITHOUT_REVIEW = "complainant_dissatisfied_without_review"
    ABANDONED_REVIVED = "abandoned_revived"
    RECLASSIFICATION_OBJECTED = "reclassification_objected"


class ClosureReason(Word):
    """Why a complaint is closed (E-38)."""

    RESOLVED_ACCEPTED = "resolved_accepted"
    DECIDED_FINAL = "decided_final"
    REFERRED = "referred"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    RECLASSIFIED = "reclassified"
    NOTED = "noted"
    ABANDONED_NO_CONTACT = "abandoned_no_contact"
    EXTERNAL_DETERMINED = "external_determined"


class CommitmentKind(Word):
    """What is promised with a date (E-35)."""

    ACKNOWLEDGE = "acknowledge"
    IMMEDIATE_ACTION = "immediate_action"
    EARLY_RESOLUTION = "early_resolution"
    PROGRESS = "progress"
    FINAL = "final"
    LIAISON = "liaison"
    COMMENT = "comment"
    REVIEW = "review"
    REMEDY = "remedy"
    PROMISE = "promise"


class CommitmentStatus(Word):
    """Where a commitment stands; ``met`` and ``breached`` are exclusive and final (INV-54)."""

    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    WAIVED = "waived"
    CANCELLED = "cancelled"


class HoldReason(Word):
    """Why a complaint waits (region C); only what a profile lists stops a clock, our own waiting never (IT-08)."""

    AWAITING_COMPLAINANT = "awaiting_complainant"
    COURT_STAY = "court_stay"
    AWAITING_EXPERT = "awaiting_expert"
    INTERNAL = "internal"
    CLOSED = "closed"  # between closing and reopening, where the clock goes on (EV-44)


class MoveReason(Word):
    """Why the date of a commitment was worked out anew."""

    URGENCY = "urgency"  # triage found more of it (EV-08)
    POLICY = "policy"
    CALENDAR = "calendar"
    MERGED = "merged"  # an earlier receipt counts (INV-51)
    UNMERGED = "unmerged"
    CORRECTED = "corrected"  # the receipt was written down wrongly (INV-72)


class ClockEffect(Word):
    """What a reopening does to the clock of the final response (EV-44)."""

    CONTINUE = "continue"  # the balance of the time; what lies between does not count
    RESTART = "restart"  # the time that was promised before, once more
    NEW_CYCLE = "new_cycle"  # a new promise under the policy of today
    REVIEW = "review"  # the time of an internal review


class EvidenceKind(Word):
    """What an item of evidence is (E-24)."""

    DOCUMENT = "document"
    RECORDING = "recording"
    SCREENSHOT = "screenshot"
    STATEMENT = "statement"
    PHYSICAL = "physical"
    DATA_EXTRACT = "data_extract"
    PHOTO = "photo"
    EXPERT = "expert"


class AnswerQuality(Word):
    """What the answer of a department is worth (E-19); only a complete one is the answer that was owed."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REJECTED = "rejected"


class Support(Word):
    """Which way an item of evidence points."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Gravity(Word):
    """How careful the standard of proof is applied (V-09)."""

    ORDINARY = "ordinary"
    SERIOUS = "serious"


class NoticeRule(Word):
    """The rules by which the organisation writes (domain communication 7.2) that can be written today."""

    ACKNOWLEDGEMENT = "N-01"
    PROGRESS = "N-03"
    INFORMATION_REQUEST = "N-04"
    HANDLER_CHANGED = "N-07"
    MERGED = "N-08"
    RESOLUTION = "N-12"
    COMMENT_INVITATION = "N-13"
    OUTCOME = "N-14"
    REVIEW_RECEIVED = "N-17"
    REVIEW_DECIDED = "N-18"


class Purpose(Word):
    """What personal texts of a complaint may be read for (E-07, INV-18)."""

    HANDLE = "handle"
    REVIEW = "review"
    LETTER = "letter"
    LEARNING = "learning"
    AUDIT = "audit"
    SHARE_WITH_EXTERNAL_BODY = "share_with_external_body"
    ACCESS = "access"  # the person wants to know what is kept of them


class WithheldFor(Word):
    """Why a text is not handed out: legal privilege, somebody else, or because nobody has it any more."""

    LEGAL_ADVICE = "legal_advice"
    LITIGATION = "litigation"
    SETTLEMENT = "settlement"
    THIRD_PARTY = "third_party"
    ERASED = "erased"


class Involvement(Word):
    """As what a person stands in a complaint."""

    COMPLAINANT = "complainant"
    JOINED = "joined"  # their own was merged into it
    REPRESENTATIVE = "representative"
    ADDRESSEE = "addressee"
    PARTY = "party"


class ErasureBasis(Word):
    """Why a person's texts are to be erased."""

    REQUEST = "request"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OBJECTION = "objection"
    UNLAWFUL = "unlawful"
    LEGAL_DUTY = "legal_duty"
    NO_LONGER_NEEDED = "no_longer_needed"


class ErasureStage(Word):
    """How far the erasure of a person's texts has come."""

    REQUESTED = "requested"
    APPROVED = "approved"
    ERASED = "erased"  # deleted; keys and old copies in files are not gone yet
    COMPLETED = "completed"


class DeliveryStatus(Word):
    """What became of a message that was handed to a notifier (INV-33)."""

    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    FAILED = "failed"


class DimensionFact(NamedTuple):
    """A dimension of triage: its id in the domain, its fact name and its highest level."""

    id: str
    fact: str
    top: int


class Dimension(DimensionFact, Enum):
    """The ten dimensions of triage with their anchored levels (P-03, domain priority 5.2).

    >>> Dimension.SERIOUSNESS.id, Dimension.SERIOUSNESS.fact, Dimension.SERIOUSNESS.top
    ('D1', 'seriousness', 4)
    """

    SERIOUSNESS = DimensionFact("D1", "seriousness", 4)
    HEALTH_SAFETY = DimensionFact("D2", "health_safety", 3)
    TIME_CRITICALITY = DimensionFact("D3", "time_criticality", 3)
    COMPLEXITY = DimensionFact("D4", "complexity", 3)
    SYSTEMIC = DimensionFact("D5", "systemic", 3)
    LEGAL = DimensionFact("D6", "legal", 3)
    PUBLICITY = DimensionFact("D7", "publicity", 3)
    VULNERABILITY = DimensionFact("D8", "vulnerability", 3)
    PRIOR_FAILURE = DimensionFact("D9", "prior_failure", 2)
    HARDSHIP = DimensionFact("D10", "hardship", 3)
