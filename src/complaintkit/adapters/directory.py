"""Who is who, from a mapping: for scripts, demonstrations and small organisations."""

from __future__ import annotations

from collections.abc import Mapping

from complaintkit.ports import Contact


class StaticDirectory:
    """A directory that was written down beforehand.

    ``contacts`` maps actor ids to contacts; an unknown actor signs with the bare id.

    >>> directory = StaticDirectory({"agent-7": Contact(name="Noa Example", reach="+00 000 0000")})
    >>> directory.contact("agent-7").name, directory.contact("agent-8").name
    ('Noa Example', 'agent-8')
    """

    def __init__(self, contacts: Mapping[str, Contact]) -> None:
        self._contacts = dict(contacts)

    def contact(self, actor: str) -> Contact:
        """The contact of an actor id."""
        return self._contacts.get(actor) or Contact(name=actor)
