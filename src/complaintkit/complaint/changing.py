"""How frozen state gets a successor: the same object with some fields changed.

A fold does this several times for each entry, and ``attrs.evolve`` hands each of a complaint's fields through
the constructor again. State has no converters and no validators, so its dictionary can be copied instead,
which is one step however many fields there are; for that the classes of the state have no slots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # What it means is what ``attrs.evolve`` means: so type checkers look at the name and the type of every field.
    from attrs import evolve as changed
else:

    def changed(state, /, **fields):
        """The same state with these fields changed; for attrs classes with ``slots=False`` and nothing to convert.

        >>> from complaintkit.complaint.parts import Inquiry
        >>> inquiry = changed(Inquiry(complete=True), evidence=("an item",))
        >>> inquiry.complete, inquiry.evidence
        (True, ('an item',))
        """
        made = object.__new__(state.__class__)
        object.__setattr__(made, "__dict__", state.__dict__ | fields)
        return made


__all__ = ["changed"]
