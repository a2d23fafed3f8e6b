"""What a script is made of: acts, and who in a case does them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from attrs import field, frozen

from complaintkit.cli.demo import people
from complaintkit.cli.demo.cases import Case
from complaintkit.complaint import Complaint
from complaintkit.values import Actor
from complaintkit.vocabulary import Role

HOUR: Final = 3600
DAY: Final = 8 * HOUR


@frozen
class Act:
    """One act: after so many seconds of working time, somebody gives a command (None: time just passes)."""

    after: int
    by: Actor
    command: Any = field(repr=False, default=None)
    refused: bool = False


#: A script yields acts and is sent the complaint after each of them.
Script = Generator[Act, Complaint, Complaint]


def handler(case: Case) -> Actor:
    """Whose case it is."""
    return people.HANDLERS[case.number % len(people.HANDLERS)]


def complainant(case: Case) -> Actor:
    """The complainant at the portal; for somebody who gave no name, the handler writes down what they say."""
    return handler(case).on_behalf_of(Role.COMPLAINANT) if case.anonymous else people.complainant(case.person)
