"""Complaints of plainly fictional people, in each state that has a letter, and what their texts say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from complaintkit.complaint import (
    Acknowledgement,
    Alone,
    Closure,
    CommentInvitation,
    Commitment,
    Complaint,
    EvidenceItem,
    Finding,
    InformationRequest,
    Inquiry,
    Intake,
    InternalReview,
    Issue,
    Joined,
    Merger,
    Notice,
    Outcome,
    Report,
    Resolution,
    Triage,
)
from complaintkit.policy import Profile, load_profile
from complaintkit.ports import Contact
from complaintkit.values import Personal
from complaintkit.vocabulary import (
    AckState,
    Approach,
    Band,
    Channel,
    ClosureReason,
    CommitmentKind,
    CommitmentStatus,
    EvidenceKind,
    FeedbackKind,
    FindingValue,
    Gravity,
    Handling,
    Language,
    NoticeRule,
    OutcomeValue,
    ReviewOutcome,
    Support,
    Track,
)

REF = "C-W4P1-AZ00-A7SS-W"
OTHER_REF = "C-NG0M-VC78-QG8X-J"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FINAL_DUE = datetime(2026, 3, 30, 17, tzinfo=UTC)
PROGRESS_DUE = datetime(2026, 3, 16, 17, tzinfo=UTC)
REPLY_BY = datetime(2026, 3, 18, 17, tzinfo=UTC)
REVIEW_DUE = datetime(2026, 5, 4, 17, tzinfo=UTC)

TEXTS: dict[Language, dict[str, str]] = {
    Language.ENGLISH: {
        "name": "Robin Example",
        "issue1": "I was charged twice for the same ticket.",
        "issue2": "Nobody answered my three messages.",
        "issue3": "The agent raised his voice on the telephone.",
        "evidence1": "The account statement for January",
        "evidence2": "The list of messages that reached us",
        "reasons1": "The statement shows two charges of the same amount, and only one ticket was issued.",
        "reasons2": "Two of the three messages reached us and were not answered. The third never arrived.",
        "reasons3": "The call was not recorded, and the two memories of it differ.",
        "sought3": "A recording of the call, and a colleague who overheard it",
        "explanation": "We have paid the second charge back. From June on, the machine checks for double charges.",
        "terms": "We pay the second charge back by 13 March and send a corrected invoice.",
        "review": "The log of the machine was not looked at before. It shows a second fault.",
        "questions": "On which day and at which counter did you buy the ticket?",
        "needed": "The statement does not show which of the two machines took the second charge.",
        "points": "You are said to have raised your voice on the telephone on 27 February.",
        "basis": "The complainant's account of the call, and the list of calls of that day.",
    },
    Language.HEBREW: {
        "name": "רובין לדוגמה",
        "issue1": "חויבתי פעמיים על אותו כרטיס (חשבונית INV-2026-17).",
        "issue2": "איש לא ענה לשלוש ההודעות שלי.",
        "issue3": "הנציג הרים עליי את הקול בטלפון.",
        "evidence1": "דף החשבון לחודש ינואר",
        "evidence2": "רשימת ההודעות שהגיעו אלינו",
        "reasons1": "בדף החשבון מופיעים שני חיובים בסכום זהה, והונפק כרטיס אחד בלבד.",
        "reasons2": "שתיים מתוך שלוש ההודעות הגיעו אלינו ולא נענו. השלישית לא הגיעה.",
        "reasons3": "השיחה לא הוקלטה, ושני הזיכרונות ממנה שונים.",
        "sought3": "הקלטה של השיחה, ועמית ששמע אותה",
        "explanation": "החזרנו את החיוב השני. החל מיוני המכונה בודקת חיובים כפולים.",
        "terms": "נחזיר את החיוב השני עד 13 במרץ ונשלח חשבונית מתוקנת.",
        "review": "יומן המכונה לא נבדק קודם. הוא מראה תקלה נוספת.",
        "questions": "באיזה יום ובאיזה דלפק קניתם את הכרטיס?",
        "needed": "דף החשבון אינו מראה איזו משתי המכונות גבתה את החיוב השני.",
        "points": "נטען כי ב-27 בפברואר הרמתם את קולכם בשיחת טלפון.",
        "basis": "תיאור השיחה מפי המתלוננים, ורשימת השיחות מאותו יום.",
    },
    Language.PERSIAN: {
        "name": "روبین نمونه",
        "issue1": "برای یک بلیت دو بار از من پول گرفته شد (صورت‌حساب INV-2026-17).",
        "issue2": "هیچ‌کس به سه پیام من پاسخ نداد.",
        "issue3": "کارمند پشت تلفن صدایش را بلند کرد.",
        "evidence1": "صورت‌حساب ماه ژانویه",
        "evidence2": "فهرست پیام‌هایی که به ما رسید",
        "reasons1": "صورت‌حساب دو برداشت با مبلغ یکسان نشان می‌دهد و تنها یک بلیت صادر شده است.",
        "reasons2": "دو پیام از سه پیام به ما رسید و بی‌پاسخ ماند. پیام سوم نرسید.",
        "reasons3": "مکالمه ضبط نشد و دو روایت از آن با هم متفاوت است.",
        "sought3": "ضبط مکالمه و همکاری که آن را شنیده باشد",
        "explanation": "برداشت دوم را پس دادیم. از ژوئن دستگاه برداشت‌های تکراری را بررسی می‌کند.",
        "terms": "برداشت دوم را تا ۱۳ مارس پس می‌دهیم و صورت‌حساب درست می‌فرستیم.",
        "review": "گزارش دستگاه پیش‌تر دیده نشده بود. این گزارش خطای دیگری نشان می‌دهد.",
        "questions": "بلیت را در کدام روز و از کدام باجه خریدید؟",
        "needed": "صورت‌حساب نشان نمی‌دهد کدام یک از دو دستگاه برداشت دوم را انجام داده است.",
        "points": "گفته شده است که در ۲۷ فوریه پشت تلفن صدای خود را بلند کرده‌اید.",
        "basis": "روایت شاکی از مکالمه و فهرست تماس‌های آن روز.",
    },
}
CONTACTS = {
    Language.ENGLISH: Contact(
        name="Alex Sample", role_title={"en": "Complaint handler"}, reach="alex.sample@example.org"
    ),
    Language.HEBREW: Contact(name="אלכס לדוגמה", role_title={"he": "מטפל בתלונה"}, reach="+972 3 555 0100"),
    Language.PERSIAN: Contact(name="الکس نمونه", role_title={"fa": "مسئول رسیدگی"}, reach="alex.sample@example.org"),
}


def profile() -> Profile:
    """The built-in profile."""
    return load_profile()


def sealed(ref: str) -> Personal:
    """A personal field as it stands in a loaded complaint: a reference without text."""
    return Personal(ref=ref, commitment="x")


def promised(kind: CommitmentKind, due: datetime, **changes: Any) -> Commitment:
    """A commitment made at receipt."""
    given = {"id": f"{kind}-{due}", "cycle": 1, "started_at": START, "term": "t", "calendar": "c"} | changes
    return Commitment(kind=kind, due=due, **given)


def complaint(**changes: Any) -> Complaint:
    """A registered complaint with three issues and its first promises."""
    given: dict[str, Any] = {
        "ref": REF,
        "version": 7,
        "handling": Handling.RECEIVED,
        "kind": FeedbackKind.COMPLAINT,
        "intake": Intake(channel=Channel.EMAIL, language=Language.ENGLISH, name=sealed("name"), reach=sealed("reach")),
        "received_at": START,
        "registered_at": START,
        "owner": "agent-7",
        "issues": tuple(Issue(no=no, statement=sealed(f"issue{no}"), category="billing") for no in (1, 2, 3)),
        "commitments": (
            promised(CommitmentKind.ACKNOWLEDGE, START + timedelta(days=1)),
            promised(CommitmentKind.PROGRESS, PROGRESS_DUE),
            promised(CommitmentKind.FINAL, FINAL_DUE),
        ),
    }
    return Complaint(**given | changes)


def in_progress(**changes: Any) -> Complaint:
    """Assessed, no solution found, evidence being gathered."""
    given: dict[str, Any] = {
        "handling": Handling.GATHERING_EVIDENCE,
        "acknowledgement": Acknowledgement(state=AckState.DELIVERED, at=START + timedelta(hours=3)),
        "triage": Triage(
            levels=(), band=Band.P3, rank=1, track=Track.STANDARD, rules=(), policy="p", at=START + timedelta(days=1)
        ),
        "resolution": Resolution(tried_at=START + timedelta(days=2), agreed=False),
        "inquiry": Inquiry(approach=Approach.DESK_REVIEW, evidence=EVIDENCE),
    }
    return complaint(**given | changes)


def asking(**changes: Any) -> Complaint:
    """The person was asked for something that only they can say."""
    asked = InformationRequest(
        asked_at=START + timedelta(days=3), until=REPLY_BY, questions=sealed("questions"), why=sealed("needed")
    )
    given: dict[str, Any] = {"inquiry": Inquiry(approach=Approach.DESK_REVIEW, information=asked)}
    return in_progress(**given | changes)


def commenting(**changes: Any) -> Complaint:
    """The person was told what the draft says against them."""
    invited = CommentInvitation(
        id="i1", party=None, issues=(3,), points=sealed("points"), basis=sealed("basis"),
        invited_at=START + timedelta(days=9), notice="n-1",
    )  # fmt: skip
    given: dict[str, Any] = {
        "handling": Handling.REPORTING,
        "inquiry": Inquiry(approach=Approach.DESK_REVIEW, evidence=EVIDENCE, complete=True, invitations=(invited,)),
        "commitments": (promised(CommitmentKind.COMMENT, REPLY_BY, about="i1"),),
    }
    return in_progress(**given | changes)


def survivor(**changes: Any) -> Complaint:
    """A duplicate that came two days earlier was merged into it."""
    earlier = START - timedelta(days=2)
    duplicate = Joined(ref=OTHER_REF, received_at=earlier, triage=None, persons=("person-1",), participants=())
    alone = Alone(received_at=START, triage=None)
    return complaint(**{"received_at": earlier, "joined": (duplicate,), "alone": alone} | changes)


def merged(**changes: Any) -> Complaint:
    """It was merged into another one."""
    given: dict[str, Any] = {
        "handling": Handling.CLOSED,
        "closure": Closure(reason=ClosureReason.MERGED, at=START),
        "merger": Merger(into=OTHER_REF, was=Handling.RECEIVED, at=START, owed=()),
        "commitments": (),
    }
    return complaint(**given | changes)


def agreed(**changes: Any) -> Complaint:
    """Settled with the person."""
    given: dict[str, Any] = {
        "handling": Handling.OUTCOME_ISSUED,
        "resolution": Resolution(tried_at=START, terms=sealed("terms"), agreed=True),
        "outcome": Outcome(value=OutcomeValue.RESOLVED_BY_AGREEMENT, issued_at=START),
    }
    return complaint(**given | changes)


EVIDENCE = tuple(
    EvidenceItem(
        id=f"e{no}", kind=EvidenceKind.DOCUMENT, description=sealed(f"evidence{no}"), source="records", digest="0",
        lawful_basis="contract", supports=Support.FOR, issues=(no,), obtained_at=START, added_by="agent-7",
    )
    for no in (1, 2)
)  # fmt: skip
FINDINGS = (
    Finding(issue=1, value=FindingValue.SUBSTANTIATED, reasons=sealed("reasons1"), evidence=("e1",)),
    Finding(
        issue=2, value=FindingValue.PARTLY_SUBSTANTIATED, reasons=sealed("reasons2"), evidence=("e2",),
        gravity=Gravity.SERIOUS,
    ),
    Finding(
        issue=3, value=FindingValue.UNABLE_TO_DETERMINE, reasons=sealed("reasons3"), sought=sealed("sought3")
    ),
)  # fmt: skip


def decided(findings: tuple[Finding, ...] = FINDINGS, **changes: Any) -> Complaint:
    """Decided: one issue right, one partly, one open."""
    report = Report(author="agent-8", submitted_at=START + timedelta(days=9), findings=findings, approver="agent-9")
    given: dict[str, Any] = {
        "handling": Handling.OUTCOME_ISSUED,
        "inquiry": Inquiry(approach=Approach.DESK_REVIEW, evidence=EVIDENCE, complete=True, report=report),
        "outcome": Outcome(
            value=OutcomeValue.PARTLY_UPHELD, issued_at=START + timedelta(days=10), explanation=sealed("explanation")
        ),
    }
    return complaint(**given | changes)


def under_review(**changes: Any) -> Complaint:
    """A review was asked for."""
    given: dict[str, Any] = {
        "handling": Handling.UNDER_INTERNAL_REVIEW,
        "reviews": (InternalReview(tier=1, requested_at=START + timedelta(days=30), reviewer="agent-20"),),
        "commitments": (promised(CommitmentKind.REVIEW, REVIEW_DUE),),
    }
    return decided(**given | changes)


def reviewed(outcome: ReviewOutcome = ReviewOutcome.VARIED, **changes: Any) -> Complaint:
    """A review was decided."""
    review = InternalReview(
        tier=1, requested_at=START + timedelta(days=30), reviewer="agent-20", outcome=outcome,
        decided_at=START + timedelta(days=40), reasons=sealed("review"),
    )  # fmt: skip
    given: dict[str, Any] = {"reviews": (review,)}
    if outcome is ReviewOutcome.REMITTED:
        given |= {"handling": Handling.ASSESSING, "commitments": (promised(CommitmentKind.FINAL, REVIEW_DUE),)}
    return decided(**given | changes)


#: For each rule a complaint that the letter is about.
CASES = {
    NoticeRule.ACKNOWLEDGEMENT: complaint,
    NoticeRule.PROGRESS: in_progress,
    NoticeRule.INFORMATION_REQUEST: asking,
    NoticeRule.HANDLER_CHANGED: in_progress,
    NoticeRule.MERGED: survivor,
    NoticeRule.RESOLUTION: agreed,
    NoticeRule.COMMENT_INVITATION: commenting,
    NoticeRule.OUTCOME: decided,
    NoticeRule.REVIEW_RECEIVED: under_review,
    NoticeRule.REVIEW_DECIDED: reviewed,
}
#: An issue of a complaint as breached: the final response is overdue.
OVERDUE = (
    promised(CommitmentKind.PROGRESS, PROGRESS_DUE),
    promised(
        CommitmentKind.FINAL, FINAL_DUE, status=CommitmentStatus.BREACHED, settled_at=FINAL_DUE + timedelta(minutes=1)
    ),
)


def notice(rule: NoticeRule, language: Language, at: datetime = START + timedelta(days=41)) -> Notice:
    """A letter that was asked for."""
    return Notice(id="n-1", rule=rule, requested_at=at, language=language, signed_by="agent-7")


def texts(language: Language, **changes: str) -> Mapping[str, str]:
    """The revealed texts of a language."""
    return TEXTS[language] | {"reach": "robin@example.com"} | changes
