"""The policy engine is usable without the rest: what it loads, and that its example runs with nothing else."""

from __future__ import annotations

import subprocess
import sys

from complaintkit import policy
from tests.conftest import ROOT

NEVER_LOADED = {"statemachine", "pendulum", "msgspec", "sqlite3", "asyncio"}
ROOMS = {"policy", "timekeeping", "wording", "values", "money", "vocabulary", "errors", "_later", "_version"}
#: What a first verdict of a profile of the library has no use for: it costs a program more than all the rest.
UNUSED = {
    *(f"complaintkit.policy.{name}" for name in (
        "authority", "cases", "cells", "checks", "clock", "columns", "distress", "duties", "editions", "interest",
        "money_reading", "organisation", "overlay", "overrides", "pack", "pack_reading", "remedy_reading", "retention",
        "routing", "routing_reading", "rules", "settings", "spreadsheet", "urgency",
    )),
    "complaintkit.money", "complaintkit.timekeeping", "complaintkit.values",
    "csv", "decimal", "difflib", "fractions", "pathlib", "uuid", "zoneinfo",
}  # fmt: skip


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, encoding="utf-8")
    return done.stdout


def test_a_verdict_needs_nothing_but_its_rooms() -> None:
    """Importing, loading a profile and a verdict with its explanation, in a fresh interpreter."""
    loaded = run(
        "-c",
        "import sys; from complaintkit.policy import load_profile;"
        "load_profile('standard').priority({'seriousness': 2}).explain();"
        "print(*sys.modules)",
    ).split()
    assert not NEVER_LOADED & {name.partition(".")[0] for name in loaded}
    assert {name.split(".")[1] for name in loaded if name.startswith("complaintkit.")} <= ROOMS


def test_a_first_verdict_loads_only_what_decides_it() -> None:
    """What I2 of the benchmark times, said without a clock."""
    loaded = run(
        "-c",
        "import sys; from complaintkit.policy import load_profile;"
        "load_profile('standard').priority({'seriousness': 2});"
        "print(*sys.modules)",
    ).split()
    assert not UNUSED & set(loaded)
    assert not [name for name in loaded if name.startswith("complaintkit.timekeeping.")]


def test_its_tools_need_no_more() -> None:
    """Asking, testing, comparing and drafting a schema, in a fresh interpreter."""
    loaded = run(
        "-c",
        "import sys; from complaintkit.policy.trial import load_subject, try_out;"
        "from complaintkit.policy.differences import changes; from complaintkit.policy.schema import schema;"
        "assert try_out('standard').passed; schema('pack');"
        "changes(load_subject('standard'), load_subject('micro'));"
        "print(*sys.modules)",
    ).split()
    assert not NEVER_LOADED & {name.partition(".")[0] for name in loaded}
    assert {name.split(".")[1] for name in loaded if name.startswith("complaintkit.")} <= ROOMS


def test_the_example_prints_the_most_urgent_first() -> None:
    printed = run(str(ROOT / "examples" / "policy_only.py"))
    heads = [line for line in printed.splitlines() if line and not line.startswith(" ")]
    assert [head.partition(": ")[2][:12] for head in heads] == [
        "P2 (rank 54,",
        "P2 (rank 35,",
        "P2 (rank 28,",
        "P4 (rank 10,",
    ]


def test_every_public_name_is_there_for_who_asks() -> None:
    """Each is loaded when it is first asked for; who looks around sees it before."""
    assert {*policy.__all__} <= {*dir(policy)}
    assert all(getattr(policy, name) is not None for name in policy.__all__)
