"""The suites themselves: big enough, explained, and refused with advice where the extra is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from complaintkit.ports import Delivery, Message, Store
from complaintkit.testing import ClockContract, DurableContract, HostContract, NotifierContract, StoreContract
from complaintkit.vocabulary import DeliveryStatus

SUITES = [StoreContract, DurableContract, HostContract, NotifierContract, ClockContract]


def cases(suite: type) -> list[str]:
    return [name for name in dir(suite) if name.startswith("test_")]


def test_the_store_contract_has_cases_enough() -> None:
    assert len(cases(StoreContract)) >= 35


@pytest.mark.parametrize("suite", SUITES)
def test_every_case_says_what_it_is_for(suite: type) -> None:
    assert [name for name in cases(suite) if not getattr(suite, name).__doc__] == []


@pytest.mark.parametrize(
    ("suite", "hook", "arguments"),
    [
        (StoreContract, "make_store", ("main",)),
        (HostContract, "begin_host", (None,)),
        (HostContract, "end_host", (None, True)),
        (NotifierContract, "make_notifier", ()),
        (ClockContract, "make_clock", ()),
    ],
)
def test_a_forgotten_hook_is_named(suite: type, hook: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match=f"override {hook} in {suite.__name__}"):
        getattr(suite(), hook)(*arguments)


def test_a_suite_without_a_look_at_the_receiver_asks_for_none() -> None:
    class Silent:
        def send(self, message: Message) -> Delivery:
            return Delivery(status=DeliveryStatus.DISPATCHED)

    assert NotifierContract().received(Silent()) is None


def test_a_store_without_close_needs_none() -> None:
    store: Store = object()  # type: ignore[assignment]
    StoreContract().close_store(store)


@pytest.mark.parametrize("missing", ["pytest", "hypothesis"])
def test_the_missing_extra_is_named(missing: str) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; import complaintkit.testing"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "pip install 'complaintkit[testing]'" in done.stderr


def test_the_library_itself_needs_neither_pytest_nor_hypothesis() -> None:
    program = (
        "import sys, complaintkit.adapters.memory, complaintkit.adapters.sqlite, complaintkit.adapters.notifiers; "
        "print(sorted({'pytest', 'hypothesis'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
