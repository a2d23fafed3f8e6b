"""The two vocabularies that users see hold everything that the steps declare, and nothing else."""

from __future__ import annotations

from complaintkit import commands, events
from complaintkit.lifecycle.steps import COMMANDS, DECIDES, EVENTS


def test_every_event_is_gathered() -> None:
    assert {cls.__name__ for cls in EVENTS.values()} == set(events.__all__) - {"BY_NAME", "from_dict", "to_dict"}


def test_every_command_that_somebody_may_give_is_gathered() -> None:
    given = {cls.__name__ for cls in COMMANDS.values() if DECIDES[cls].by}
    assert given == set(commands.__all__) - {"Finding", "NewIssue", "from_dict", "to_dict"}
