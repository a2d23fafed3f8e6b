"""The parts of a profile: each is read from its document when somebody first asks for it, and kept from then on.

A profile of one's own is asked for all of them when it is loaded, so that every problem is told at once. Those of the
library were read whole by its tests: who only asks them how urgent a complaint is never pays for the calendar, the
routes or the remedies. What reads a part is loaded with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from complaintkit.policy.identity import TESTS, Identity, identify
from complaintkit.vocabulary import Band, CommitmentKind, Language

if TYPE_CHECKING:
    from complaintkit.policy.authority import Authority
    from complaintkit.policy.cases import Case
    from complaintkit.policy.duties import PauseReason, Regime, Rung
    from complaintkit.policy.organisation import CountsAsSent, ExternalBody, Organisation, Sizing
    from complaintkit.policy.overrides import OverrideRules
    from complaintkit.policy.pack import Pack
    from complaintkit.policy.priority import PriorityPolicy
    from complaintkit.policy.retention import Floor
    from complaintkit.policy.routing import Routing
    from complaintkit.policy.section import Section
    from complaintkit.policy.settings import Remedies, SecondPerson
    from complaintkit.policy.tables import DecisionTable
    from complaintkit.timekeeping import Hours, Term, Unit, WorkingCalendar, WorkingDays

#: The form of profiles that this version reads; part of the digest, since the same text could come to mean more.
_FORM: Final = "complaintkit/profile@1"


class Parts:
    """What a profile says, one attribute for each part; see :class:`complaintkit.policy.Profile`."""

    _root: Section

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The languages of letters; the first one is written where no other is asked for."""
        return self._root.choices("languages", Language)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """When people work, and in which zone days begin and end."""
        from complaintkit.policy.duties import read_calendar

        return read_calendar(self._root)

    @cached_property
    def organisation(self) -> Organisation:
        """Who writes the letters."""
        from complaintkit.policy.organisation import read_organisation

        return read_organisation(self._root.table("organisation"), self.languages)

    @cached_property
    def external_bodies(self) -> tuple[ExternalBody, ...]:
        """The bodies outside that may look at a matter (INV-61)."""
        from complaintkit.policy.organisation import read_body

        return tuple(read_body(body, self.languages) for body in self._root.tables("external_bodies", required=False))

    @cached_property
    def review_window(self) -> Hours | WorkingDays:
        """How long after delivery an internal review can be asked for (G-23)."""
        from complaintkit.policy.duties import read_window

        return read_window(self._root.table("review"))

    @cached_property
    def review_tiers(self) -> int:
        """How many internal reviews there may be."""
        return self._root.table("review").integer("tiers", least=1, most=3)

    @cached_property
    def pause_reasons(self) -> tuple[PauseReason, ...]:
        """What may stop a clock (INV-52)."""
        from complaintkit.policy.duties import PauseReason

        return self._root.choices("pause_reasons", PauseReason)

    @cached_property
    def counts_as_sent(self) -> CountsAsSent:
        """When a letter counts as given to the person."""
        from complaintkit.policy.organisation import CountsAsSent

        return self._root.choice("counts_as_sent", CountsAsSent)

    @cached_property
    def draft_registers_after(self) -> Unit:
        """After this time a draft that nobody finished is registered."""
        from complaintkit.policy.duties import read_unit

        return read_unit(self._root, "draft_registers_after")

    @cached_property
    def _terms(self) -> Mapping[tuple[CommitmentKind, Band], Unit]:
        """How long a commitment of a kind may take in a band (REF-1)."""
        from complaintkit.policy.duties import read_commitments

        return read_commitments(self._root.table("commitments"))

    @cached_property
    def extensions(self) -> Mapping[CommitmentKind, Term]:
        """The longest extension of each kind, all in all (EV-47); a kind that is not named is never extended."""
        from complaintkit.policy.duties import read_terms

        return read_terms(self._root.table("extensions", required=False))

    @cached_property
    def ladder(self) -> tuple[Rung, ...]:
        """Who is told when about a commitment (EV-52)."""
        from complaintkit.policy.duties import read_ladder

        return read_ladder(self._root.tables("ladder"))

    @cached_property
    def regimes(self) -> tuple[Regime, ...]:
        """Rules of others that apply to the same complaints (F37)."""
        from complaintkit.policy.duties import read_regimes

        return read_regimes(self._root.tables("regimes", required=False))

    @cached_property
    def retention(self) -> tuple[Floor, ...]:
        """How long records are kept at least; the packs may add to it."""
        from complaintkit.policy.retention import read_retention

        return read_retention(self._root.tables("retention", required=False))

    @cached_property
    def _priority(self) -> PriorityPolicy:
        """How urgent a complaint is (P-10 to P-17)."""
        from complaintkit.policy.reading import read_priority

        return read_priority(self._root)

    @cached_property
    def overrides(self) -> OverrideRules:
        """What a person may change about a band (G-05)."""
        from complaintkit.policy.overrides import read_overrides

        return read_overrides(self._root.table("priority").table("override", required=False))

    @cached_property
    def routing(self) -> Routing:
        """Who answers for what (E-52)."""
        from complaintkit.policy.routing_reading import read_routing

        return read_routing(self._root)

    @cached_property
    def remedies(self) -> Remedies:
        """What puts a matter right: offers, interest, distress."""
        from complaintkit.policy.remedy_reading import read_remedies

        return read_remedies(self._root.table("remedies"))

    @cached_property
    def authority(self) -> Authority | None:
        """Who may approve an amount; none where the profile states no limits (CF-07)."""
        if "authority" not in self._root:
            return None
        from complaintkit.policy.money_reading import read_authority

        return read_authority(self._root.table("authority"))

    @cached_property
    def second_person(self) -> SecondPerson:
        """How a second person is found where one is needed (CF-05)."""
        from complaintkit.policy.remedy_reading import read_second_person

        return read_second_person(self._root.table("second_person"))

    @cached_property
    def floors(self) -> tuple[str, ...]:
        """The rules that no profile switches off (CF-04)."""
        from complaintkit.policy.organisation import read_floors

        return read_floors(self._root)

    @cached_property
    def sizing(self) -> Mapping[Sizing, str]:
        """Why the process has this size (CF-06)."""
        from complaintkit.policy.organisation import read_sizing

        return read_sizing(self._root.table("sizing", required=False))

    @cached_property
    def packs(self) -> tuple[Pack, ...]:
        """The regulatory packs whose clocks run beside the profile's own commitments."""
        written = self._root.tables("packs", required=False)
        if not written:
            return ()
        from complaintkit.policy.pack_reading import read_chosen

        return tuple(pack for section in written if (pack := read_chosen(section)))

    @cached_property
    def tables(self) -> Mapping[str, DecisionTable[Any]]:
        """Its decision tables by name: ``band``, ``raise``, ``track``, and ``distress`` where it states amounts."""
        distress = self.remedies.distress
        return dict(self._priority.tables) | ({"distress": distress.table} if distress else {})

    @cached_property
    def tests(self) -> tuple[Case, ...]:
        """The tests that stand in its file; no part of its digest."""
        if TESTS not in self._root:
            return ()
        from complaintkit.policy.cases import of_profile, read_cases

        distress = self.remedies.distress.table if self.remedies.distress else None
        rules = [rule for table in self.tables.values() for rule in table.ids]
        return read_cases(self._root, of_profile(rules, self._priority.sheet, distress.sheet if distress else None))

    @cached_property
    def identity(self) -> Identity:
        """What it is called, and how its content is proved: all that it says, and the text of each pack it names."""
        document = self._root.document
        content = {key: value for key, value in document.data.items() if key != "base"}
        if self.packs and not document.found:
            named = zip(document.data["packs"], self.packs, strict=True)
            content["packs"] = [{**written, "digest": pack.identity.digest} for written, pack in named]
        return identify(self._root, _FORM, content)


#: The names of all parts, in the order in which they are read where all of them are.
PARTS: Final = tuple(name for name, part in vars(Parts).items() if isinstance(part, cached_property))
