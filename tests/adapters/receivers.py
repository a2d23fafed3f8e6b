"""Real receivers on free ports of this machine: a mail server and an HTTP server, each in a thread of its own."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, cast

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

AUTHORITY = trustme.CA()


def server_context() -> ssl.SSLContext:
    """The certificate of localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("localhost").configure_cert(context)
    return context


def client_context() -> ssl.SSLContext:
    """Trusts nobody but the test's own authority."""
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


class Mailbox:
    """A handler of aiosmtpd: keeps what it takes, and answers as it is told to instead."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.answers: dict[str, list[str]] = {}

    def _answer(self, phase: str) -> str | None:
        told = self.answers.get(phase)
        return told.pop(0) if told else None

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self._answer("mail") or "250 2.1.0 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        told = self._answer("rcpt")
        if told is None:
            envelope.rcpt_tos.append(address)
        return told or "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        told = self._answer("data")
        if told is None or told.startswith("250"):
            self.envelopes.append(envelope)
        return told or "250 2.0.0 taken"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        return self._answer("quit") or "221 2.0.0 bye"

    @property
    def mails(self) -> list[EmailMessage]:
        """What came, read by the newer parser of the standard library."""
        return [
            cast(EmailMessage, message_from_bytes(envelope.content, policy=cast(Any, default)))
            for envelope in self.envelopes
        ]

    @property
    def keys(self) -> list[str]:
        """The keys of the letters, each once: what a receiver that looks at them has."""
        return list(dict.fromkeys(str(mail["Idempotency-Key"]) for mail in self.mails))


def _login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"complaints", b"correct horse")
    return AuthResult(success=good, handled=False)


@contextmanager
def mail_server(box: Mailbox, security: str = "none") -> Iterator[int]:
    """A mail server with a way to encrypt, and a user ``complaints`` where it has one; gives its port."""
    settings: dict[str, Any] = {}
    if security != "none":
        settings = {"authenticator": _login, "auth_require_tls": security == "starttls", "auth_required": True}
    if security == "starttls":
        settings |= {"tls_context": server_context(), "require_starttls": True}
    loop = asyncio.new_event_loop()
    context = server_context() if security == "tls" else None
    serving = loop.create_server(lambda: SMTP(box, loop=loop, **settings), "127.0.0.1", 0, ssl=context)
    server = loop.run_until_complete(serving)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_closed(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _closed(server: asyncio.Server) -> None:
    """Let go of the port and of every connection, also one that nobody ended."""
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


class Call(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Service:
    """What an HTTP server was asked, and what it answers: 202 unless it is told something else."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.before: Callable[[], object] = lambda: None

    @property
    def keys(self) -> list[str]:
        """The keys that were taken, each once."""
        return list(dict.fromkeys(call.headers["idempotency-key"] for call in self.calls))


@contextmanager
def http_server(service: Service, *, tls: bool = False) -> Iterator[int]:
    """An HTTP server; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.calls.append(Call(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            service.before()
            code, headers = service.answers.pop(0) if service.answers else (202, {})
            self.send_response(code)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = server_context().wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
