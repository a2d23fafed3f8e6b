"""``complaintkit policy list``: the profiles and packs that come with the library."""

from __future__ import annotations

import warnings
from argparse import Namespace
from collections.abc import Iterator

from complaintkit.cli.output import Answer, table
from complaintkit.cli.parsing import Parser, common
from complaintkit.errors import PolicyWarning
from complaintkit.policy import BUILT_IN, PACKS, load_pack, load_profile

EXAMPLES = """\
  complaintkit policy list
  complaintkit policy list --json
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Load each, and say its version, how well it is known, and where it comes from."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PolicyWarning)  # the status says the same, in its place
        found = [*_profiles(), *_packs()]
    rows = [(each["kind"], each["id"], each["version"], each["status"], each["source"]) for each in found]
    lines = table(("kind", "name", "version", "status", "source"), rows)
    return Answer({"policies": found}, [*lines, "", f"{len(found)} policies; see: complaintkit policy show NAME"])


def _profiles() -> Iterator[dict[str, object]]:
    for name in BUILT_IN:
        profile = load_profile(name)
        yield _row("profile", profile.id, profile.version, "own", "this library: an example to be made your own")


def _packs() -> Iterator[dict[str, object]]:
    for name in PACKS:
        pack = load_pack(name)
        own = all(milestone.mark == "own" for milestone in pack.milestones.values())
        status = "own" if own else "provisional" if pack.provisional else "verified"
        sources = "; ".join(f"{source.title}, as of {source.as_of}" for source in pack.sources.values())
        yield _row("pack", pack.identity.id, pack.identity.version, status, sources)


def _row(kind: str, name: str, version: str, status: str, source: str) -> dict[str, object]:
    return {"kind": kind, "id": name, "version": version, "status": status, "source": source}
