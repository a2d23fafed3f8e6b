"""Letters as webhooks: a CloudEvents 1.0 event in JSON, signed, for a host's own service to send on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import ssl
from datetime import datetime
from email.message import Message as Headers
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import IO, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from complaintkit.adapters.mail import DISPATCHED, failed
from complaintkit.errors import MalformedInput
from complaintkit.ports import Clock, Delivery, Message
from complaintkit.timekeeping.clock import SystemClock

#: The type of the event; what is in it stays readable under this name.
EVENT_TYPE: Final = "complaintkit.letter"
#: Answers of the 4xx kind that are worth another try: too slow, in progress, too early, too many.
_TEMPORARY: Final = frozenset({408, 409, 425, 429})
_PLAIN_KEY: Final = re.compile(r"[!-~]{1,200}")
_SHORTEST_SECRET: Final = 16


def signature(secret: bytes, key: str, timestamp: int, body: bytes) -> str:
    """What stands in ``webhook-signature``: HMAC-SHA256 over key, seconds since 1970 and the body, joined by points.

    A receiver reckons it over the bytes that came, compares with ``hmac.compare_digest``, and refuses a timestamp
    that is more than some minutes off.

    >>> signature(b"sixteen bytes or more", "notice-1", 1772445600, b"{}")
    'v1,Unze5K35CaA4RRTSY4qznJbZf6ymO4emxeSZbvOQAKE='
    """
    signed = b".".join((key.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


class WebhookNotifier:
    """Posts each letter to a URL as a CloudEvent whose ``id`` is the message's key.

    ``secret`` (16 bytes or more) signs it: ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature`` as
    :func:`signature` says; ``Idempotency-Key`` carries the key once more. ``source`` names the sender in the event.
    A letter holds personal text, so ``url`` is ``https`` unless ``plain_http=True`` is said aloud; redirects are
    refused. ``timeout`` is in seconds for each answer of the network.

    2xx is dispatched; 408, 409, 425, 429, 5xx and a silent network are worth another try, no sooner than
    ``Retry-After`` says; every other answer is final.

    >>> WebhookNotifier("https://crm.example.org/letters", secret=b"sixteen bytes or more")
    WebhookNotifier('crm.example.org')
    """

    def __init__(
        self,
        url: str,
        *,
        secret: bytes,
        source: str = "urn:complaintkit",
        timeout: float = 30.0,
        context: ssl.SSLContext | None = None,
        plain_http: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._url, self._host = url, _host(url, plain_http=plain_http)
        if len(secret) < _SHORTEST_SECRET:
            raise MalformedInput("the secret is too short", hint=f"give {_SHORTEST_SECRET} random bytes or more")
        self._secret = secret
        self._source = source
        self._timeout = timeout
        self._opener = build_opener(_NoRedirects, HTTPSHandler(context=context or ssl.create_default_context()))
        self._clock = clock or SystemClock()

    def __repr__(self) -> str:
        return f"WebhookNotifier({self._host!r})"

    def send(self, message: Message) -> Delivery:
        """Post one letter; dispatched when the receiver has said that it has it."""
        if not _PLAIN_KEY.fullmatch(message.key):
            return failed("the key cannot stand in a header")
        now = self._clock.now()
        try:
            with self._opener.open(self._request(message, now), timeout=self._timeout):
                return DISPATCHED
        except HTTPError as error:
            with error:
                return _refused(error.code, error.headers, now)
        except (OSError, HTTPException) as error:
            return failed(f"no use of the receiver ({type(error).__name__})", retryable=True)

    def _request(self, message: Message, now: datetime) -> Request:
        body, timestamp = event(message, self._source), int(now.timestamp())
        headers = {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "Idempotency-Key": message.key,
            "webhook-id": message.key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._secret, message.key, timestamp, body),
        }
        return Request(self._url, body, headers, method="POST")  # noqa: S310 (the scheme was looked at)


def event(message: Message, source: str) -> bytes:
    """The event of a letter; the same letter gives the same bytes.

    >>> from complaintkit.vocabulary import Language
    >>> letter = Message(key="k", rule="N-01", complaint="C-1", to="dana@example.org", subject="Received",
    ...                  text="We have it.", html="<p>We have it.</p>", language=Language.ENGLISH)
    >>> made = json.loads(event(letter, "urn:example"))
    >>> made["specversion"], made["id"], made["type"], made["subject"], sorted(made["data"])
    ('1.0', 'k', 'complaintkit.letter', 'C-1', ['html', 'language', 'rule', 'subject', 'text', 'to'])
    """
    data = {
        "rule": message.rule,
        "language": message.language.value,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
    }
    envelope = {
        "specversion": "1.0",
        "id": message.key,
        "source": source,
        "type": EVENT_TYPE,
        "subject": message.complaint,
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(envelope, separators=(",", ":")).encode()


class _NoRedirects(HTTPRedirectHandler):
    """A letter goes where it was addressed to and nowhere else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        """Follow nothing: the answer is then an error like others."""
        return None


def _host(url: str, *, plain_http: bool) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise MalformedInput("this is no URL") from None
    if parts.username or parts.password:
        raise MalformedInput(
            "the URL holds a password", hint="the signature says who sends; leave user and password out"
        )
    if parts.scheme != "https" and not (plain_http and parts.scheme == "http"):
        raise MalformedInput("letters would go out unencrypted", hint="give an https URL, or say plain_http=True")
    if not parts.hostname:
        raise MalformedInput("the URL names no host")
    return parts.hostname


def _refused(code: int, headers: Headers, now: datetime) -> Delivery:
    retryable = code in _TEMPORARY or code >= 500
    return failed(f"HTTP {code}", retryable=retryable, retry_after=_seconds(headers.get("Retry-After", ""), now))


def _seconds(asked: str, now: datetime) -> int:
    """How long the receiver asks to be left alone: seconds, or a date; 0 where it says nothing to be understood."""
    if asked.isascii() and asked.isdecimal():
        return int(asked[:9])
    try:
        until = parsedate_to_datetime(asked)
        return max(0, int((until - now).total_seconds()))
    except (ValueError, TypeError):  # no date, or one without a zone
        return 0
