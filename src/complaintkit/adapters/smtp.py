"""Letters by SMTP, with the standard library: one connection for each letter, encrypted unless it is said otherwise."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import format_datetime, parseaddr
from typing import Final, Literal

from complaintkit.adapters.mail import DISPATCHED, failed, mail_of, one_address, one_header
from complaintkit.errors import MalformedInput
from complaintkit.ports import Clock, Delivery, Message
from complaintkit.timekeeping.clock import SystemClock

#: How the connection is encrypted, and the port that goes with it.
PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_ENHANCED: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?![\d.])")

Security = Literal["starttls", "tls", "none"]


class SmtpNotifier:
    """Hands each letter to a mail server.

    ``security`` is ``starttls`` (required, never optional), ``tls`` from the first byte, or ``none``; ``port`` is
    theirs when it is 0, ``context`` the TLS settings (default: certificates are verified). ``sender`` is the address of
    the ``From`` line and of the envelope, ``timeout`` the seconds for which each answer is waited for.

    The server's answer to the letter decides: 4xx is worth another try, 5xx is not. A server that cannot be reached,
    offers no encryption or refuses the password is worth another try: that is no fault of the letter. ``Message-ID``
    and ``Idempotency-Key`` follow from the message's key, so a receiver knows a repetition.

    >>> SmtpNotifier("mail.example.org", sender="Complaints <complaints@example.org>")
    SmtpNotifier('mail.example.org', 587, 'starttls')
    """

    def __init__(
        self,
        host: str,
        port: int = 0,
        *,
        sender: str,
        security: Security = "starttls",
        user: str = "",
        password: str = "",
        timeout: float = 30.0,
        context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        if security not in PORTS:
            raise MalformedInput("this is no way to encrypt", hint=f"one of {', '.join(PORTS)}")
        if user and security == "none":
            raise MalformedInput("a password would go out unencrypted", hint="use security='starttls' or 'tls'")
        self._host = host
        self._port = port or PORTS[security]
        self._security = security
        self._sender, self._envelope = sender, parseaddr(sender)[1]
        one_header(sender)
        one_address(self._envelope)
        self._user, self._password = user, password
        self._timeout = timeout
        self._context = context
        self._clock = clock or SystemClock()

    def __repr__(self) -> str:
        return f"SmtpNotifier({self._host!r}, {self._port}, {self._security!r})"

    def send(self, message: Message) -> Delivery:
        """Send one letter; dispatched when the server has taken responsibility for it."""
        try:
            mail = self._mail(message)
        except MalformedInput as error:
            return failed(error.message)
        try:
            with self._connected() as server:
                return self._hand_over(server, message.to, mail)
        except smtplib.SMTPResponseException as error:
            return failed(_code(error.smtp_code, error.smtp_error), retryable=True)
        except (smtplib.SMTPException, OSError) as error:
            return failed(f"no use of the mail server ({type(error).__name__})", retryable=True)

    def _mail(self, message: Message) -> bytes:
        if not message.to.isascii():
            raise MalformedInput("the address has letters that not every mail server takes")
        headers = {"Date": format_datetime(self._clock.now())}
        return mail_of(message, self._sender, headers, self._envelope.rpartition("@")[2])

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted and logged in as was asked; leaving it never fails what was handed over."""
        server = self._open()
        try:
            if self._security == "starttls":
                server.starttls(context=self._tls())
            if self._user:
                server.login(self._user, self._password)
            yield server
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _open(self) -> smtplib.SMTP:
        if self._security == "tls":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=self._tls())
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _tls(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()

    def _hand_over(self, server: smtplib.SMTP, to: str, mail: bytes) -> Delivery:
        """What the server answers for this letter."""
        try:
            server.sendmail(self._envelope, [to], mail)
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(*error.recipients[to])
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, error.smtp_error)
        return DISPATCHED


def _refused(code: int, text: bytes | str) -> Delivery:
    return failed(_code(code, text), retryable=not 500 <= code < 600)


def _code(code: int, text: bytes | str) -> str:
    """The numbers of an answer, without its words: they often repeat the address."""
    enhanced = _ENHANCED.match(text if isinstance(text, bytes) else text.encode())
    return f"SMTP {code} {enhanced[0].decode()}" if enhanced else f"SMTP {code}"
