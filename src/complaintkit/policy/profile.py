"""The profile: everything an organisation has decided about how it handles complaints, in one immutable object."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from complaintkit.policy.parts import Parts
from complaintkit.policy.section import Section
from complaintkit.vocabulary import Band, CommitmentKind

if TYPE_CHECKING:  # loaded by those who ask for them
    from complaintkit.policy.clock import Clock
    from complaintkit.policy.duties import Regime
    from complaintkit.policy.overrides import OverrideVerdict
    from complaintkit.policy.priority import Share
    from complaintkit.policy.retention import KeptFrom, KeptUntil
    from complaintkit.policy.verdict import Verdict
    from complaintkit.timekeeping import Term, Unit
    from complaintkit.timekeeping.deadlines import Anchors


@frozen(eq=False, repr=False, slots=False)  # its parts are kept beside the one field, each when it has been read
class Profile(Parts):
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

    _root: Section

    @property
    def id(self) -> str:
        """The name that it gives itself."""
        return self.identity.id

    @property
    def version(self) -> str:
        """Which text of that name it is."""
        return self.identity.version

    @property
    def digest(self) -> str:
        """The SHA-256 over its content, in hex."""
        return self.identity.digest

    @property
    def content(self) -> str:
        """All that it says, as canonical JSON."""
        return self.identity.content

    @cached_property
    def label(self) -> str:
        """``id@version#digest``, short enough to stand in every verdict."""
        return self.identity.label

    @cached_property
    def pin(self) -> str:
        """The same with the whole digest: what a journal entry names, so that its rules can be proved."""
        return self.identity.pin

    def __repr__(self) -> str:
        return f"Profile({self.label})"

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
        from complaintkit.policy.retention import kept_until

        return tuple(kept_until(self.retention, self.packs, happened, attributes or {}, self.calendar))

    def kept_at_most(
        self, happened: Mapping[KeptFrom, datetime], attributes: Mapping[str, str] | None = None
    ) -> tuple[KeptUntil, ...]:
        """Every rule of the profile that says at most how long a complaint is kept; arguments as :meth:`kept_until`."""
        from complaintkit.policy.retention import kept_at_most

        return tuple(kept_at_most(self.retention, happened, attributes or {}, self.calendar))

    def terms(self, kind: CommitmentKind, band: Band) -> dict[str, Term]:
        """Every term that is owed for a kind: the profile's own under an empty name, then one for each regime.

        >>> from complaintkit.policy import load_profile
        >>> [term.unit for term in load_profile().terms(CommitmentKind.FINAL, Band.P1).values()]
        [WorkingDays(n=5)]
        """
        from complaintkit.policy.duties import as_term

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
        from complaintkit.policy.overrides import Override, judge

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
