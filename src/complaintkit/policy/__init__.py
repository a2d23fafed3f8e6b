"""The policy engine: facts in, a verdict that explains itself out.

It can be used alone: plain dicts go in, and nothing of storage, the lifecycle or the complaint is loaded.

>>> from complaintkit.policy import load_profile
>>> verdict = load_profile("standard").priority({"seriousness": 2, "vulnerability": 2})
>>> verdict.value, verdict.rank, verdict.track
(<Band.P2: 'P2'>, 32, <Track.STANDARD: 'standard'>)
>>> print(verdict.explain().partition("\\n")[2])
  P-10.9: at least P2, because vulnerability is 2 and seriousness is 2
  P-10.11: at least P3, because seriousness is 2 and vulnerability is 2
  P-15: 20 points: seriousness is 2, each level 10
  P-15: 12 points: vulnerability is 2, each level 6
  P-15: rank 32 in all
  P-17.5: track standard, because no other rule applies
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaintkit._later import later

if TYPE_CHECKING:  # who wants a verdict on priority pays for nothing else
    from complaintkit.policy.clock import Clock, Milestone, Why
    from complaintkit.policy.document import Document, parse_document, read_document
    from complaintkit.policy.duties import OWNER, PauseReason, Regime, Rung, as_term
    from complaintkit.policy.loading import BUILT_IN, load_profile
    from complaintkit.policy.organisation import CountsAsSent, ExternalBody, Organisation
    from complaintkit.policy.overrides import Override, OverrideRules, OverrideVerdict, Standing
    from complaintkit.policy.pack import PACKS, Pack, clocks, load_pack
    from complaintkit.policy.profile import Profile
    from complaintkit.policy.retention import Floor, KeptFrom, KeptUntil
    from complaintkit.policy.routing import Coverage, OrganisationUnit, Route, Routing
    from complaintkit.policy.rules import Decision, Policy, load_policy
    from complaintkit.policy.section import Section, suggestion
    from complaintkit.policy.spreadsheet import table_from_csv, table_to_csv
    from complaintkit.policy.verdict import Line, Result, Verdict, recompute

#: Each public name and the module it lives in.
_NAMES = {
    **dict.fromkeys(("Clock", "Milestone", "Why"), "clock"),
    **dict.fromkeys(("Document", "parse_document", "read_document"), "document"),
    **dict.fromkeys(("OWNER", "PauseReason", "Regime", "Rung", "as_term"), "duties"),
    **dict.fromkeys(("BUILT_IN", "load_profile"), "loading"),
    **dict.fromkeys(("CountsAsSent", "ExternalBody", "Organisation"), "organisation"),
    **dict.fromkeys(("Override", "OverrideRules", "OverrideVerdict", "Standing"), "overrides"),
    **dict.fromkeys(("PACKS", "Pack", "clocks", "load_pack"), "pack"),
    "Profile": "profile",
    **dict.fromkeys(("Floor", "KeptFrom", "KeptUntil"), "retention"),
    **dict.fromkeys(("Coverage", "OrganisationUnit", "Route", "Routing"), "routing"),
    **dict.fromkeys(("Decision", "Policy", "load_policy"), "rules"),
    **dict.fromkeys(("Section", "suggestion"), "section"),
    **dict.fromkeys(("table_from_csv", "table_to_csv"), "spreadsheet"),
    **dict.fromkeys(("Line", "Result", "Verdict", "recompute"), "verdict"),
}

__all__ = [
    "BUILT_IN",
    "OWNER",
    "PACKS",
    "Clock",
    "CountsAsSent",
    "Coverage",
    "Decision",
    "Document",
    "ExternalBody",
    "Floor",
    "KeptFrom",
    "KeptUntil",
    "Line",
    "Milestone",
    "Organisation",
    "OrganisationUnit",
    "Override",
    "OverrideRules",
    "OverrideVerdict",
    "Pack",
    "PauseReason",
    "Policy",
    "Profile",
    "Regime",
    "Result",
    "Route",
    "Routing",
    "Rung",
    "Section",
    "Standing",
    "Verdict",
    "Why",
    "as_term",
    "clocks",
    "load_pack",
    "load_policy",
    "load_profile",
    "parse_document",
    "read_document",
    "recompute",
    "suggestion",
    "table_from_csv",
    "table_to_csv",
]

__getattr__, __dir__ = later(__name__, _NAMES)
