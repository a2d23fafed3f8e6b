"""The notifiers and the directory beyond their contract."""

from __future__ import annotations

import io
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve

from complaintkit.adapters.directory import StaticDirectory
from complaintkit.adapters.notifiers import ConsoleNotifier, EmlNotifier, MemoryNotifier
from complaintkit.ports import Contact
from complaintkit.testing.notifier import LETTER
from complaintkit.vocabulary import DeliveryStatus, Language

HEBREW = "\u05e4\u05e0\u05d9\u05d9\u05ea\u05da \u05d4\u05ea\u05e7\u05d1\u05dc\u05d4 \u2066C-1\u2069 " * 3
PERSIAN = "\u0634\u06a9\u0627\u06cc\u062a \u0645\u06cc\u200c\u062e\u0648\u0627\u0646\u06cc\u0645"


def read(path: Path) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=cast(Any, default)))


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize(
    ("language", "subject"),
    [(Language.HEBREW, HEBREW.strip()), (Language.PERSIAN, PERSIAN), (Language.ENGLISH, "Received")],
)
def test_a_letter_is_read_back_word_for_word(tmp_path: Path, language: Language, subject: str) -> None:
    notifier = EmlNotifier(tmp_path / "letters", sender="complaints@example.org")
    letter = evolve(LETTER, subject=subject, text=f"{subject}\n", html=f"<p>{subject}</p>\n", language=language)
    assert notifier.send(letter).status is DeliveryStatus.DISPATCHED
    raw = notifier.path("notice-1").read_bytes()
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.splitlines())
    mail = read(notifier.path("notice-1"))
    assert mail["Subject"] == subject
    assert part(mail, "plain").splitlines() == [subject]
    assert part(mail, "html").splitlines() == [f"<p>{subject}</p>"]
    assert {name: mail[name] for name in ("From", "To", "Idempotency-Key", "X-Complaint", "Content-Language")} == {
        "From": "complaints@example.org",
        "To": "dana@example.org",
        "Idempotency-Key": "notice-1",
        "X-Complaint": "C-1",
        "Content-Language": language.value,
    }
    assert mail.get_content_type() == "multipart/alternative"


def test_the_first_letter_of_a_key_stays_and_no_part_is_left(tmp_path: Path) -> None:
    notifier = EmlNotifier(tmp_path)
    notifier.send(LETTER)
    before = notifier.path("notice-1").read_bytes()
    notifier.send(evolve(LETTER, subject="Something else"))
    assert notifier.path("notice-1").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["notice-1.eml"]


def test_the_same_letter_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = EmlNotifier(tmp_path / "one"), EmlNotifier(tmp_path / "two")
    for notifier in (one, two):
        notifier.send(LETTER)
    assert one.path("notice-1").read_bytes() == two.path("notice-1").read_bytes()


@pytest.mark.parametrize("field", ["to", "subject", "complaint", "rule", "key"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0", "\u2028", "\x85"])
def test_a_header_is_never_smuggled_in(tmp_path: Path, field: str, break_: str) -> None:
    changes: dict[str, Any] = {field: f"dana@example.org{break_}Bcc: eve@example.net"}
    delivery = EmlNotifier(tmp_path).send(evolve(LETTER, **changes))
    assert (delivery.status, delivery.retryable) == (DeliveryStatus.FAILED, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@example.org, b@example.org", "Eve <eve@example.net>", "a b@example.org"]
)
def test_only_one_plain_address_is_written_to(tmp_path: Path, to: str) -> None:
    delivery = EmlNotifier(tmp_path).send(evolve(LETTER, to=to))
    assert (delivery.status, delivery.detail) == (DeliveryStatus.FAILED, "the address is not one plain e-mail address")


def test_a_text_that_is_no_text_is_not_written(tmp_path: Path) -> None:
    delivery = EmlNotifier(tmp_path).send(evolve(LETTER, text="\ud800"))
    assert (delivery.status, delivery.retryable) == (DeliveryStatus.FAILED, False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("a file, not a folder")
    delivery = EmlNotifier(tmp_path / "letters").send(LETTER)
    assert (delivery.status, delivery.retryable) == (DeliveryStatus.FAILED, True)


def test_the_console_shows_the_letter_and_no_control_characters() -> None:
    stream = io.StringIO()
    ConsoleNotifier(stream).send(evolve(LETTER, text="red \x1b[31m\x07 text\n\tindented", subject="a\x1bb"))
    shown = stream.getvalue()
    assert "To: dana@example.org" in shown
    assert "\tindented" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_an_old_terminal_gets_escapes_for_what_it_cannot_show() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    assert ConsoleNotifier(stream).send(evolve(LETTER, text=PERSIAN)).status is DeliveryStatus.DISPATCHED
    stream.flush()
    assert rb"\u0634\u06a9" in raw.getvalue()


def test_a_closed_stream_is_worth_another_try() -> None:
    stream = io.StringIO()
    stream.close()
    delivery = ConsoleNotifier(stream).send(LETTER)
    assert (delivery.status, delivery.retryable) == (DeliveryStatus.FAILED, True)


def test_the_console_is_where_standard_output_is_now(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleNotifier().send(LETTER)
    assert "We have received your complaint." in capsys.readouterr().out


def test_memory_fails_as_often_as_it_was_told() -> None:
    notifier = MemoryNotifier()
    notifier.fail_next(2, retryable=False)
    deliveries = [notifier.send(LETTER) for _ in range(4)]
    assert [d.status.value for d in deliveries] == ["failed", "failed", "dispatched", "dispatched"]
    assert not deliveries[0].retryable
    assert (notifier.calls, notifier.messages) == (4, [LETTER])


def test_no_repr_shows_a_person() -> None:
    assert "dana" not in repr(LETTER)
    assert "received your" not in repr(LETTER)


def test_the_directory_knows_whom_it_was_given() -> None:
    contact = Contact(name="Noa Example", role_title={"en": "Case handler"}, reach="+00 000 0000")
    contacts = {"agent-7": contact}
    directory = StaticDirectory(contacts)
    contacts.clear()
    assert directory.contact("agent-7") == contact
    assert directory.contact("agent-8") == Contact(name="agent-8")
