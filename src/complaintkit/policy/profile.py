"""The profile: everything an organisation has decided about how it handles complaints, in one immutable object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from complaintkit.policy.duties import PauseReason, Regime, Rung, as_term
from complaintkit.policy.identity import Identity
from complaintkit.policy.overrides import Override, OverrideRules, OverrideVerdict, judge
from complaintkit.policy.priority import PriorityPolicy, Share
from complaintkit.policy.retention import Floor, KeptFrom, KeptUntil, kept_at_most, kept_until
from complaintkit.policy.routing import Routing
from complaintkit.policy.settings import Remedies, SecondPerson
from complaintkit.policy.tables import DecisionTable
from complaintkit.policy.verdict import Verdict
from complaintkit.timekeeping import Hours, Term, Unit, WorkingCalendar, WorkingDays
from complaintkit.vocabulary import Band, CommitmentKind, Language

if TYPE_CHECKING:  # loaded for profiles that have them
    from complaintkit.policy.authority import Authority
    from complaintkit.policy.cases import Case
    from complaintkit.policy.clock import Clock
    from complaintkit.policy.pack import Pack
    from complaintkit.timekeeping.deadlines import Anchors

#: A text for each language of the profile.
ByLanguage = Mapping[Language, str]


class CountsAsSent(StrEnum):
    """When a letter counts as given to the person."""

    DISPATCH = "dispatch"
    DELIVERY = "delivery"


#: The rules that hold in every profile (CF-04).
FLOORS: Final = tuple(
    f"INV-{number:02}"
    for number in (*range(1, 9), *range(12, 15), 18, 19, 22, 24, 25, 31, 41, 46, 50, 60, 61, *range(63, 67), 71)
)


class Sizing(StrEnum):
    """The six considerations by which a process is fitted to its organisation (CF-06)."""

    CUSTOMERS = "customers"
    INTERACTIONS = "interactions"
    VOLUME = "volume"
    RISK = "risk"
    VALUE = "value"
    COST = "cost"


@frozen(kw_only=True)
class Organisation:
    """Who writes the letters: a name for each language, and how to reach it."""

    name: ByLanguage
    contact: str
    address: str


@frozen(kw_only=True)
class ExternalBody:
    """A body outside that may look at the matter: its name, how to go to it, within what time (INV-61)."""

    id: str
    name: ByLanguage
    how: ByLanguage
    within: ByLanguage


@frozen(kw_only=True, eq=False)
class Profile:
    """A policy profile (E-50): made by :func:`complaintkit.policy.load_profile`, never changed.

    ``content`` is the whole profile as canonical JSON, ``digest`` its SHA-256 in hex; whoever holds ``content``
    can load the same profile again. ``label`` is ``id@version#digest``, short enough to stand in every verdict.

    >>> from complaintkit.policy import load_profile
    >>> standard = load_profile()
    >>> standard.term(CommitmentKind.FINAL, Band.P2)
    WorkingDays(n=10)
    >>> standard.priority({"seriousness": 2, "vulnerability": 2}).value
    <Band.P2: 'P2'>
    """

    identity: Identity
    calendar: WorkingCalendar = field(repr=False)
    #: The first one is written where no other is asked for.
    languages: tuple[Language, ...]
    organisation: Organisation = field(repr=False)
    external_bodies: tuple[ExternalBody, ...] = field(repr=False)
    #: How long after delivery an internal review can be asked for (G-23).
    review_window: Hours | WorkingDays = field(repr=False)
    #: How many internal reviews there may be.
    review_tiers: int = field(repr=False)
    pause_reasons: tuple[PauseReason, ...] = field(repr=False)
    #: The longest extension of each kind, all in all (EV-47); a kind that is not named is never extended.
    extensions: Mapping[CommitmentKind, Term] = field(repr=False)
    #: Who is told when about a commitment (EV-52).
    ladder: tuple[Rung, ...] = field(repr=False)
    #: Rules of others that apply to the same complaints (F37).
    regimes: tuple[Regime, ...] = field(repr=False)
    #: How long records are kept at least; the packs may add to it.
    retention: tuple[Floor, ...] = field(repr=False)
    counts_as_sent: CountsAsSent = field(repr=False)
    #: After this time a draft that nobody finished is registered.
    draft_registers_after: Unit = field(repr=False)
    #: What puts a matter right: offers, interest, distress.
    remedies: Remedies = field(repr=False)
    #: Who may approve an amount; none where the profile states no limits (CF-07).
    authority: Authority | None = field(repr=False)
    #: How a second person is found where one is needed (CF-05).
    second_person: SecondPerson = field(repr=False)
    #: Who answers for what (E-52).
    routing: Routing = field(repr=False)
    #: The rules that no profile switches off (CF-04).
    floors: tuple[str, ...] = field(repr=False)
    #: Why the process has this size (CF-06).
    sizing: Mapping[Sizing, str] = field(repr=False)
    #: The regulatory packs whose clocks run beside the profile's own commitments.
    packs: tuple[Pack, ...] = field(repr=False)
    #: The tests that stand in its file; no part of its digest.
    tests: tuple[Case, ...] = field(repr=False)
    id: str = field(init=False, repr=False)
    version: str = field(init=False, repr=False)
    digest: str = field(init=False, repr=False)
    content: str = field(init=False, repr=False)
    label: str = field(init=False, repr=False)
    #: The same with the whole digest: what a journal entry names, so that the rules it was taken under can be proved.
    pin: str = field(init=False, repr=False)
    _terms: Mapping[tuple[CommitmentKind, Band], Unit] = field(repr=False)
    _priority: PriorityPolicy = field(repr=False)

    def __attrs_post_init__(self) -> None:
        for name in ("id", "version", "digest", "content", "label", "pin"):
            object.__setattr__(self, name, getattr(self.identity, name))

    def term(self, kind: CommitmentKind, band: Band) -> Unit | None:
        """How long a commitment of this kind may take in this band; ``None`` where nothing is promised."""
        return self._terms.get((kind, band))

    def clocks(self, anchors: Anchors, facts: Mapping[str, object] | None = None) -> tuple[Clock, ...]:
        """Every clock of every pack of this profile, by its calendar; the one that ends first at the front (F37).

        They run beside the commitments of :meth:`term` and replace none of them.
        """
        from complaintkit.policy.pack import clocks

        return clocks(self.packs, anchors, facts, calendar=self.calendar)

    def kept_until(
        self, happened: Mapping[KeptFrom, datetime], attributes: Mapping[str, str] | None = None
    ) -> tuple[KeptUntil, ...]:
        """Every rule that says how long a complaint is kept: the profile's own, then those of its packs.

        ``happened`` is when it was received and closed, as far as it was; ``attributes`` are its coded facts.
        """
        return tuple(kept_until(self.retention, self.packs, happened, attributes or {}, self.calendar))

    def kept_at_most(
        self, happened: Mapping[KeptFrom, datetime], attributes: Mapping[str, str] | None = None
    ) -> tuple[KeptUntil, ...]:
        """Every rule of the profile that says at most how long a complaint is kept; arguments as :meth:`kept_until`."""
        return tuple(kept_at_most(self.retention, happened, attributes or {}, self.calendar))

    def terms(self, kind: CommitmentKind, band: Band) -> dict[str, Term]:
        """Every term that is owed for a kind: the profile's own under an empty name, then one for each regime.

        >>> from complaintkit.policy import load_profile
        >>> [term.unit for term in load_profile().terms(CommitmentKind.FINAL, Band.P1).values()]
        [WorkingDays(n=5)]
        """
        own = self.term(kind, band)
        others = {regime.id: regime.terms[kind] for regime in self.regimes if kind in regime.terms}
        return ({} if own is None else {"": as_term(own)}) | others

    def regime(self, name: str) -> Regime | None:
        """The other rules of a name; ``None`` for the profile's own and for rules that apply no more."""
        return next((regime for regime in self.regimes if regime.id == name), None)

    def priority(self, facts: Mapping[str, object], elapsed: Share = 0) -> Verdict:
        """How urgent a complaint with these facts is, and why (P-10 to P-17).

        ``facts`` are named as ``Dimension.fact`` ("seriousness", a whole number), ``is_minor``,
        ``adult_at_risk``, ``protected_disclosure``, ``sensitive_category``, ``serious_allegation``,
        ``remedy_above_frontline`` (true or false), ``reopened_band`` (a band), or as the profile declares them;
        what is left out is 0, false or no band. Facts that must never decide, such as ``channel``, may be
        handed in and are not read. ``elapsed`` is the part of the target time that was used, 0 at receipt.

        Raises ``UnknownName`` for a fact that is not declared and ``MalformedInput`` for a wrong value.

        >>> from complaintkit.policy import load_profile
        >>> load_profile().priority({"seriousness": 1, "publicity": 3}).rules
        ('P-10.11', 'P-11', 'P-17.5')
        """
        return self._priority.decide(facts, elapsed, self.label)

    @property
    def tables(self) -> Mapping[str, DecisionTable[Any]]:
        """Its decision tables by name: ``band``, ``raise``, ``track``, and ``distress`` where it states amounts."""
        distress = self.remedies.distress
        return dict(self._priority.tables) | ({"distress": distress.table} if distress else {})

    @property
    def overrides(self) -> OverrideRules:
        """What a person may change about a band (G-05)."""
        return self._priority.overrides

    def override(
        self,
        facts: Mapping[str, object],
        to: Band | str,
        *,
        by: str,
        reason: str,
        second: str = "",
        assessed: Band | str | None = None,
        hazard_ended: bool = False,
    ) -> OverrideVerdict:
        """Whether ``by`` may set the band ``to`` for a complaint with these facts, which band counts, and why (G-05).

        ``second`` is who else has confirmed it, ``assessed`` the band as it was found where that is not the one
        of today's rules, ``hazard_ended`` says that what made it a safety case is over.

        >>> from complaintkit.policy import load_profile
        >>> lower = load_profile().override({"seriousness": 3}, Band.P3, by="triage-1", reason="paid back already")
        >>> lower.standing, lower.value
        (<Standing.WAITING: 'waiting'>, <Band.P2: 'P2'>)
        """
        full = self._priority.sheet.complete(facts)
        found = self._priority.decide(facts).value if assessed is None else assessed
        asked = Override(
            assessed=Band(found), to=Band(to), by=by, reason=reason, second=second, hazard_ended=hazard_ended
        )
        return judge(asked, full, self.overrides, self.label)

    def verdict(self, facts: Mapping[str, object], elapsed: Share = 0) -> Verdict:
        """The same as :meth:`priority`, for those who use nothing else of a profile."""
        return self._priority.decide(facts, elapsed, self.label)

    def rank(self, levels: Mapping[str, object], elapsed_fraction: Share = 0) -> int:
        """The order inside a band by P-15: weights times levels, plus the points of the time used."""
        return self._priority.rank(levels, elapsed_fraction)

    def aging(self, elapsed_fraction: Share) -> int:
        """The part of the rank that grows with the time used; add it to the rank at receipt.

        ``Fraction(used, target)`` over whole seconds is exact.

        >>> from complaintkit.policy import load_profile
        >>> load_profile().aging(0.5), load_profile().aging(9)
        (20, 60)
        """
        return self._priority.aging(elapsed_fraction)
