"""Names of a package that are loaded when somebody first asks for them (PEP 562): who enters no room pays for none."""

from __future__ import annotations

# Type checkers know the name; importing ``typing`` for it would cost more than all the rest of this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def later(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a package; ``modules`` says for each of its names in which of its modules it lives.

    >>> load = later("complaintkit", {"Language": "vocabulary"})
    >>> load("Language")
    <enum 'Language'>
    >>> load("Ticket")
    Traceback (most recent call last):
    AttributeError: module 'complaintkit' has no attribute 'Ticket'
    """

    def load(name: str) -> object:
        from importlib import import_module

        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(import_module(package), name, value)
        return value

    return load
