"""Names of a package that are loaded when somebody first asks for them (PEP 562): who enters no room pays for none."""

from __future__ import annotations

import sys

# Type checkers know the name; importing ``typing`` for it would cost more than all the rest of this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def later(package: str, modules: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """The ``__getattr__`` and the ``__dir__`` of a package.

    ``modules`` says for each of its public names in which of its modules it lives.

    >>> load, known = later("complaintkit", {"Language": "vocabulary"})
    >>> load("Language"), "Language" in known()
    (<enum 'Language'>, True)
    >>> load("Ticket")
    Traceback (most recent call last):
    AttributeError: module 'complaintkit' has no attribute 'Ticket'
    """

    def load(name: str) -> object:
        from importlib import import_module

        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def known() -> list[str]:
        return sorted({*vars(sys.modules[package]), *modules})

    return load, known
