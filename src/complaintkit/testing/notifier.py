"""The contract of a notifier: it answers for every message, and a repeated key reaches nobody twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from complaintkit.ports import Delivery, Message, Notifier
from complaintkit.testing.samples import TEXTS
from complaintkit.vocabulary import DeliveryStatus, Language

LETTER = Message(
    key="notice-1",
    rule="N-01",
    complaint="C-1",
    to="dana@example.org",
    subject="We have received your complaint",
    text="We have received your complaint.\n",
    html="<p>We have received your complaint.</p>\n",
    language=Language.ENGLISH,
)


def _with(field: str, value: str) -> Message:
    changes: dict[str, Any] = {field: value}
    return evolve(LETTER, **changes)


class NotifierContract:
    """What every notifier must do. Override :meth:`make_notifier` and, where one can look, :meth:`received`."""

    #: An empty folder, new for each test.
    folder: Path

    def make_notifier(self) -> Notifier:
        """Make the notifier under test."""
        raise TypeError(f"override make_notifier in {type(self).__name__}: it returns the notifier under test")

    def received(self, notifier: Notifier) -> Sequence[str] | None:
        """The keys of the messages that a receiver has, one for each message; None where nobody can know."""
        return None

    @pytest.fixture(autouse=True)
    def _surroundings(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    @pytest.fixture
    def notifier(self) -> Notifier:
        """The notifier under test."""
        return self.make_notifier()

    def _assert_received(self, notifier: Notifier, *keys: str) -> None:
        received = self.received(notifier)
        assert received is None or sorted(received) == sorted(keys)

    def test_a_plain_letter_is_handed_over(self, notifier: Notifier) -> None:
        """And the delivery says so."""
        delivery = notifier.send(LETTER)
        assert isinstance(delivery, Delivery)
        assert delivery.status in {DeliveryStatus.DISPATCHED, DeliveryStatus.DELIVERED}
        self._assert_received(notifier, "notice-1")

    def test_a_repeated_key_reaches_nobody_twice(self, notifier: Notifier) -> None:
        """The outbox delivers at least once; the key makes it once."""
        for _ in range(3):
            assert notifier.send(LETTER).status is not DeliveryStatus.FAILED
        self._assert_received(notifier, "notice-1")

    def test_two_keys_are_two_letters(self, notifier: Notifier) -> None:
        """Keys that differ in capitals only are two."""
        for key in ("notice-1", "notice-2", "Notice-1"):
            assert notifier.send(evolve(LETTER, key=key)).status is not DeliveryStatus.FAILED
        self._assert_received(notifier, "notice-1", "notice-2", "Notice-1")

    def test_a_key_is_never_a_path(self, notifier: Notifier) -> None:
        """Nothing is written outside the place of the notifier."""
        notifier.send(evolve(LETTER, key="../../outside/notice"))
        assert not (self.folder.parent.parent / "outside").exists()
        self._assert_received(notifier, "../../outside/notice")

    @pytest.mark.parametrize("language", Language)
    def test_every_language_is_handed_over(self, notifier: Notifier, language: Language) -> None:
        """English, Hebrew and Persian."""
        assert notifier.send(evolve(LETTER, language=language)).status is not DeliveryStatus.FAILED

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
    def test_any_legal_text_may_stand_in_the_body(self, notifier: Notifier, text: str) -> None:
        """What a person may write, a letter may quote."""
        assert notifier.send(evolve(LETTER, text=text, html=f"<p>{text}</p>")).status is not DeliveryStatus.FAILED

    @pytest.mark.parametrize("field", ["to", "subject", "complaint", "rule"])
    @pytest.mark.parametrize("smuggled", ["x\r\nBcc: eve@example.net", "x\nBcc: eve@example.net", "x\rBcc: y", "x\0y"])
    def test_a_line_break_never_makes_a_header(self, notifier: Notifier, field: str, smuggled: str) -> None:
        """It is refused or made harmless, and never raised or repeated in the detail."""
        delivery = notifier.send(_with(field, smuggled))
        assert isinstance(delivery, Delivery)
        assert "eve" not in delivery.detail

    @pytest.mark.parametrize("to", ["", "nobody", "a@example.org, b@example.org", "<>", "@", "\ud800@example.org"])
    def test_an_impossible_address_is_answered_and_not_raised(self, notifier: Notifier, to: str) -> None:
        """One bad address must not stop the letters behind it."""
        delivery = notifier.send(evolve(LETTER, to=to))
        assert isinstance(delivery, Delivery)
        assert not to or to not in delivery.detail
