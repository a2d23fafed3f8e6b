"""Notifiers that need a network, against real servers on this machine."""

from __future__ import annotations

import hmac
import json
import logging
import socket
import ssl
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from complaintkit.adapters.apprise import AppriseNotifier
from complaintkit.adapters.smtp import SmtpNotifier
from complaintkit.adapters.webhook import WebhookNotifier
from complaintkit.errors import MalformedInput, MissingExtra
from complaintkit.ports import Delivery, Message
from complaintkit.testing import NotifierContract
from complaintkit.testing.notifier import LETTER
from complaintkit.timekeeping import FrozenClock
from complaintkit.vocabulary import DeliveryStatus, Language
from tests.adapters.receivers import Mailbox, Service, client_context, http_server, mail_server

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SENDER = "Complaints <complaints@example.org>"
SECRET = b"sixteen bytes or more"
PERSIAN = "\u0634\u06a9\u0627\u06cc\u062a \u0645\u06cc\u200c\u062e\u0648\u0627\u0646\u06cc\u0645"


@pytest.fixture(scope="module")
def module_box() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with mail_server(box) as port:
        yield box, port


@pytest.fixture(scope="module")
def module_service() -> Iterator[tuple[Service, int]]:
    service = Service()
    with http_server(service) as port:
        yield service, port


@pytest.fixture
def box(module_box: tuple[Mailbox, int]) -> Mailbox:
    module_box[0].__init__()  # type: ignore[misc]
    return module_box[0]


@pytest.fixture
def service(module_service: tuple[Service, int]) -> Service:
    module_service[0].__init__()  # type: ignore[misc]
    return module_service[0]


@pytest.fixture
def smtp(box: Mailbox, module_box: tuple[Mailbox, int]) -> SmtpNotifier:
    return mailer(module_box[1])


@pytest.fixture
def webhook(service: Service, module_service: tuple[Service, int]) -> WebhookNotifier:
    return poster(module_service[1])


def mailer(port: int, **rest: Any) -> SmtpNotifier:
    settings = {"sender": SENDER, "security": "none", "clock": FrozenClock(NOW), "timeout": 5}
    return SmtpNotifier("127.0.0.1", port, **{**settings, **rest})


def poster(port: int, **rest: Any) -> WebhookNotifier:
    settings = {"secret": SECRET, "plain_http": True, "clock": FrozenClock(NOW), "timeout": 5}
    return WebhookNotifier(f"http://127.0.0.1:{port}/letters", **{**settings, **rest})


def nobody() -> int:
    """A port at which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def short(delivery: Delivery) -> tuple[str, bool]:
    assert delivery.status is DeliveryStatus.FAILED
    return delivery.detail, delivery.retryable


# Contracts -----------------------------------------------------------------------------------------------------------


class TestSmtpNotifier(NotifierContract):
    @pytest.fixture(autouse=True)
    def _server(self, box: Mailbox, module_box: tuple[Mailbox, int]) -> None:
        self.box, self.port = module_box

    def make_notifier(self) -> SmtpNotifier:
        return mailer(self.port)

    def received(self, notifier: object) -> list[str]:
        return self.box.keys


class TestWebhookNotifier(NotifierContract):
    @pytest.fixture(autouse=True)
    def _server(self, service: Service, module_service: tuple[Service, int]) -> None:
        self.service, self.port = module_service

    def make_notifier(self) -> WebhookNotifier:
        return poster(self.port)

    def received(self, notifier: object) -> list[str]:
        return self.service.keys


class TestAppriseNotifier(NotifierContract):
    @pytest.fixture(autouse=True)
    def _server(self, service: Service, module_service: tuple[Service, int]) -> None:
        self.service, self.port = module_service

    def make_notifier(self) -> AppriseNotifier:
        return AppriseNotifier(f"json://127.0.0.1:{self.port}/{{to}}/?+Idempotency-Key={{key}}")

    def received(self, notifier: object) -> list[str]:
        return self.service.keys


# SMTP ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "subject"), [(Language.PERSIAN, PERSIAN), (Language.ENGLISH, "Received")])
def test_a_mail_arrives_word_for_word(smtp: SmtpNotifier, box: Mailbox, language: Language, subject: str) -> None:
    text = f"{subject}\n.\n..and a line that begins with a point\n" + "x" * 2000 + "\n"
    smtp.send(evolve(LETTER, subject=subject, text=text, language=language))
    (mail,), (envelope,) = box.mails, box.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("complaints@example.org", ["dana@example.org"])
    assert (mail["Subject"], mail["From"], mail["To"]) == (subject, SENDER, "dana@example.org")
    assert mail["Date"].datetime == NOW
    assert mail["X-Unsent"] is None
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == text.splitlines()


def test_a_mail_that_comes_again_is_known_by_its_message_id(smtp: SmtpNotifier, box: Mailbox) -> None:
    for letter in (LETTER, evolve(LETTER, subject="Again"), evolve(LETTER, key="notice-2")):
        smtp.send(letter)
    first, again, second = [str(mail["Message-ID"]) for mail in box.mails]
    assert first == again != second
    assert first.endswith("@example.org>")
    assert [mail["Idempotency-Key"] for mail in box.mails] == ["notice-1", "notice-1", "notice-2"]


ANSWERS = [
    ("mail", "451 4.3.0 <dana@example.org> later", "SMTP 451 4.3.0", True),
    ("mail", "552 5.3.4 too large", "SMTP 552 5.3.4", False),
    ("rcpt", "450 4.2.1 dana@example.org is busy", "SMTP 450 4.2.1", True),
    ("rcpt", "550 5.1.1 <dana@example.org> unknown", "SMTP 550 5.1.1", False),
    ("rcpt", "550 dana@example.org unknown", "SMTP 550", False),
    ("data", "452 4.3.1 full", "SMTP 452 4.3.1", True),
    ("data", "554 5.7.1 dana does not want it", "SMTP 554 5.7.1", False),
    ("data", "421 4.7.0 going down", "SMTP 421 4.7.0", True),
]


@pytest.mark.parametrize(("phase", "answer", "detail", "retryable"), ANSWERS)
def test_the_servers_answer_says_whether_another_try_is_worth_it(
    smtp: SmtpNotifier, box: Mailbox, phase: str, answer: str, detail: str, retryable: bool
) -> None:
    box.answers[phase] = [answer]
    assert short(smtp.send(LETTER)) == (detail, retryable)
    assert box.envelopes == []
    assert smtp.send(LETTER).status is DeliveryStatus.DISPATCHED


def test_what_was_taken_stays_taken_however_the_connection_ends(smtp: SmtpNotifier, box: Mailbox) -> None:
    box.answers["quit"] = ["500 no manners"]
    assert smtp.send(LETTER).status is DeliveryStatus.DISPATCHED


def test_a_server_that_is_not_there_is_worth_another_try() -> None:
    assert short(mailer(nobody()).send(LETTER)) == ("no use of the mail server (ConnectionRefusedError)", True)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_letter_goes_out_encrypted_and_with_a_password(security: str) -> None:
    box = Mailbox()
    with mail_server(box, security) as port:
        settings = {"security": security, "context": client_context(), "user": "complaints"}
        good = SmtpNotifier("localhost", port, sender=SENDER, password="correct horse", **settings)  # type: ignore[arg-type]
        assert good.send(LETTER).status is DeliveryStatus.DISPATCHED
        bad = SmtpNotifier("localhost", port, sender=SENDER, password="battery staple", **settings)  # type: ignore[arg-type]
        assert short(bad.send(LETTER)) == ("SMTP 535 5.7.8", True)
        stranger = SmtpNotifier("localhost", port, sender=SENDER, security=security)  # type: ignore[arg-type]
        assert short(stranger.send(LETTER)) == ("no use of the mail server (SSLCertVerificationError)", True)
    assert len(box.envelopes) == 1


def test_a_server_without_encryption_gets_no_letter(box: Mailbox, module_box: tuple[Mailbox, int]) -> None:
    delivery = mailer(module_box[1], security="starttls").send(LETTER)
    assert short(delivery) == ("no use of the mail server (SMTPNotSupportedError)", True)
    assert box.envelopes == []


@pytest.mark.parametrize("to", ["\u05d3\u05e0\u05d4@example.org", "dana@\u05d3\u05d5\u05d2\u05de\u05d4.example"])
def test_an_address_that_not_every_server_takes_is_answered(smtp: SmtpNotifier, box: Mailbox, to: str) -> None:
    detail, retryable = short(smtp.send(evolve(LETTER, to=to)))
    assert (retryable, box.envelopes) == (False, [])
    assert to not in detail


@pytest.mark.parametrize(
    "settings",
    [{"sender": ""}, {"sender": "nobody"}, {"sender": "a@example.org\r\nBcc: b@example.org"}, {"security": "maybe"},
     {"user": "u", "password": "p"}],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput):
        mailer(25, **settings)


# Webhook -------------------------------------------------------------------------------------------------------------


def test_a_letter_comes_as_a_signed_cloud_event(webhook: WebhookNotifier, service: Service) -> None:
    """The signature is reckoned here as a receiver would do it, by the words of the specification."""
    assert webhook.send(evolve(LETTER, subject=PERSIAN)).status is DeliveryStatus.DISPATCHED
    (call,) = service.calls
    made = json.loads(call.body)
    assert {name: made[name] for name in ("specversion", "id", "source", "type", "subject", "datacontenttype")} == {
        "specversion": "1.0", "id": "notice-1", "source": "urn:complaintkit", "type": "complaintkit.letter",
        "subject": "C-1", "datacontenttype": "application/json",
    }  # fmt: skip
    assert made["data"]["subject"] == PERSIAN
    assert call.headers["content-type"].startswith("application/cloudevents+json")
    assert call.headers["idempotency-key"] == call.headers["webhook-id"] == "notice-1"
    stamp = call.headers["webhook-timestamp"]
    assert int(stamp) == NOW.timestamp()
    expected = hmac.new(SECRET, f"notice-1.{stamp}.".encode() + call.body, "sha256").digest()
    version, _, given = call.headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert hmac.compare_digest(b64decode(given), expected)


def test_an_event_that_comes_again_is_the_same(webhook: WebhookNotifier, service: Service) -> None:
    webhook.send(LETTER)
    webhook.send(LETTER)
    first, again = service.calls
    assert first.body == again.body


HTTP_ANSWERS: list[tuple[int, dict[str, str], bool, int]] = [
    (400, {}, False, 0), (401, {}, False, 0), (404, {}, False, 0), (410, {}, False, 0), (422, {}, False, 0),
    (408, {}, True, 0), (409, {}, True, 0), (425, {}, True, 0), (429, {}, True, 0), (500, {}, True, 0),
    (429, {"Retry-After": "120"}, True, 120), (503, {"Retry-After": "Mon, 02 Mar 2026 10:05:00 GMT"}, True, 300),
    (503, {"Retry-After": "Mon, 02 Mar 2026 09:00:00 GMT"}, True, 0), (503, {"Retry-After": "soon"}, True, 0),
    (503, {"Retry-After": "-5"}, True, 0), (503, {"Retry-After": "9" * 30}, True, 999_999_999),
    (301, {"Location": "/other"}, False, 0), (302, {"Location": "http://127.0.0.1:1/"}, False, 0),
    (307, {"Location": "/other"}, False, 0), (308, {"Location": "/other"}, False, 0), (304, {}, False, 0),
]  # fmt: skip


@pytest.mark.parametrize(("code", "headers", "retryable", "after"), HTTP_ANSWERS)
def test_the_receivers_answer_says_whether_another_try_is_worth_it(
    webhook: WebhookNotifier, service: Service, code: int, headers: dict[str, str], retryable: bool, after: int
) -> None:
    service.answers = [(code, headers)]
    delivery = webhook.send(LETTER)
    assert short(delivery) == (f"HTTP {code}", retryable)
    assert delivery.retry_after == after
    assert [call.path for call in service.calls] == ["/letters"], "no redirect was followed"


def test_a_receiver_that_is_not_there_or_says_nothing_is_worth_another_try(
    service: Service, module_service: tuple[Service, int]
) -> None:
    assert short(poster(nobody()).send(LETTER)) == ("no use of the receiver (URLError)", True)
    gate = threading.Event()
    service.before = gate.wait
    assert short(poster(module_service[1], timeout=0.05).send(LETTER)) == (
        "no use of the receiver (TimeoutError)",
        True,
    )
    gate.set()


def test_a_receiver_that_talks_nonsense_is_worth_another_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            with server.accept()[0] as connection:
                connection.recv(1)
                connection.sendall(b"SSH-2.0-no\r\n\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        detail, retryable = short(poster(server.getsockname()[1]).send(LETTER))
        thread.join()
    assert retryable
    assert detail.startswith("no use of the receiver")


def test_https_is_verified() -> None:
    service = Service()
    with http_server(service, tls=True) as port:
        good = WebhookNotifier(f"https://localhost:{port}/", secret=SECRET, context=client_context())
        assert good.send(LETTER).status is DeliveryStatus.DISPATCHED
        stranger = WebhookNotifier(f"https://localhost:{port}/", secret=SECRET)
        assert short(stranger.send(LETTER)) == ("no use of the receiver (URLError)", True)
    assert len(service.calls) == 1


@pytest.mark.parametrize("key", ["", "a b", "a\r\nX: y", "\u05d0", "x" * 201])
def test_a_key_that_cannot_stand_in_a_header_goes_nowhere(webhook: WebhookNotifier, service: Service, key: str) -> None:
    assert short(webhook.send(evolve(LETTER, key=key))) == ("the key cannot stand in a header", False)
    assert service.calls == []


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "https:///x", "https://a:b@example.org/",
            "https://[::1", "example.org", ""],
)  # fmt: skip
def test_a_url_that_would_lay_a_letter_open_is_refused(url: str) -> None:
    with pytest.raises(MalformedInput) as refused:
        WebhookNotifier(url, secret=SECRET)
    assert "a:b" not in str(refused.value)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(MalformedInput):
        WebhookNotifier("https://example.org/", secret=b"short")


# Apprise -------------------------------------------------------------------------------------------------------------


def test_apprise_gets_the_words_and_a_quoted_address(service: Service, module_service: tuple[Service, int]) -> None:
    notifier = AppriseNotifier(f"json://127.0.0.1:{module_service[1]}/{{to}}/{{language}}")
    notifier.send(evolve(LETTER, to="../a?b=c&d", subject=PERSIAN))
    (call,) = service.calls
    said = json.loads(call.body)
    assert (said["title"], said["message"]) == (PERSIAN, LETTER.text.rstrip())
    assert call.path == "/..%2Fa%3Fb=c&d/en"


def test_what_apprise_did_not_take_is_worth_another_try(service: Service, module_service: tuple[Service, int]) -> None:
    notifier = AppriseNotifier(f"json://127.0.0.1:{module_service[1]}/{{to}}")
    service.answers = [(500, {})] * 9
    assert short(notifier.send(LETTER)) == ("the service did not take it", True)


def test_a_url_that_apprise_does_not_know_is_refused() -> None:
    with pytest.raises(MalformedInput) as refused:
        AppriseNotifier("nosuch://secret@example.org")
    assert "secret" not in str(refused.value)


def test_without_apprise_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(MissingExtra, match=r"complaintkit\[apprise\]"):
        AppriseNotifier("json://localhost/")


# Personal data -------------------------------------------------------------------------------------------------------

MARK = "planted-marker"
MARKED = Message(
    key="notice-1", rule="N-01", complaint="C-1", to=f"{MARK}@example.org", subject=MARK, text=MARK, html=MARK,
    language=Language.ENGLISH,
)  # fmt: skip


def test_no_notifier_repeats_a_message_or_a_secret(
    smtp: SmtpNotifier, webhook: WebhookNotifier, box: Mailbox, service: Service,
    module_service: tuple[Service, int], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Whatever the other side answers, and whatever the libraries below like to log."""
    box.answers = {"rcpt": [f"550 5.1.1 <{MARK}@example.org>", f"450 {MARK}"], "data": [f"554 {MARK}"]}
    service.answers = [(500, {"X-Said": MARK}), (302, {"Location": f"/{MARK}"})]
    talking = AppriseNotifier(f"json://127.0.0.1:{module_service[1]}/{{to}}")
    told: list[object] = []
    caplog.set_level(logging.CRITICAL, "mail.log")  # that of the server in this process
    with caplog.at_level(logging.DEBUG):
        for notifier in (smtp, smtp, smtp, smtp, webhook, webhook, webhook, talking, talking):
            told += [notifier.send(MARKED), notifier]
    shown = repr(told) + caplog.text + "".join(capfd.readouterr())
    assert MARK not in shown
    assert SECRET.decode() not in shown


def test_tls_is_the_standard_librarys_newest_idea_of_safe() -> None:
    context = SmtpNotifier("localhost", sender=SENDER)._tls()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
