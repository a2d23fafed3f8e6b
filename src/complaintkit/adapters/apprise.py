"""Letters through Apprise: text messages, chats, mail services, one URL each. Needs ``complaintkit[apprise]``."""

from __future__ import annotations

import logging
import threading
from typing import Any, Final
from urllib.parse import quote

from complaintkit.adapters.mail import DISPATCHED, failed
from complaintkit.errors import MalformedInput, MissingExtra
from complaintkit.ports import Delivery, Message

_EXTRA: Final = "complaintkit[apprise]"
#: The loggers of Apprise and of what carries most of its services: requests go out with addresses in their paths.
_TALKATIVE: Final = ("apprise", "urllib3.connectionpool")


class AppriseNotifier:
    """Hands the plain text of each letter to a service that Apprise knows.

    ``url`` is the service's Apprise URL, where ``{to}``, ``{key}`` and ``{language}`` stand for those of the message,
    quoted: ``mailtos://user:password@mail.example.org?to={to}``, ``jsons://crm.example.org/?+Idempotency-Key={key}``.
    A service knows a repetition only where its URL has a place for the key; elsewhere a letter that is sent again is
    read again. Apprise answers yes or no, so every failure is worth another try.

    Raises ``MissingExtra`` without Apprise, and ``MalformedInput`` for a URL that it does not know.

    >>> AppriseNotifier("json://crm.example.org/{to}?+Idempotency-Key={key}")
    AppriseNotifier('json')
    """

    def __init__(self, url: str) -> None:
        try:
            import apprise
        except ImportError:
            raise MissingExtra(_EXTRA, "sending through Apprise") from None
        self._apprise: Any = apprise
        self._url = url
        with _Quietly():
            known = apprise.Apprise.instantiate(_filled(url, to="a@example.org", key="k", language="en"))
        if known is None:
            raise MalformedInput("this is no URL that Apprise knows", hint="see the list of services of Apprise")

    def __repr__(self) -> str:
        return f"AppriseNotifier({self._url.partition(':')[0]!r})"

    def send(self, message: Message) -> Delivery:
        """Send one letter; dispatched when the service has taken it."""
        if not message.to:
            return failed("there is no address")
        try:
            url = _filled(self._url, to=message.to, key=message.key, language=message.language.value)
        except UnicodeEncodeError:
            return failed("the address is no text")
        with _Quietly():
            services = self._apprise.Apprise()
            if not services.add(url):
                return failed("the address makes no URL of the service")
            words = message.text or message.subject  # services take no empty message
            taken = services.notify(body=words, title=message.subject, body_format=self._apprise.NotifyFormat.TEXT)
        return DISPATCHED if taken else failed("the service did not take it", retryable=True)


def _filled(url: str, **fields: str) -> str:
    for name, value in fields.items():
        url = url.replace(f"{{{name}}}", quote(value, safe=""))
    return url


class _Quietly:
    """Keeps what Apprise logs while it has a letter out of every log, in whichever thread: it names addresses."""

    _lock = threading.Lock()
    _inside = 0

    def __enter__(self) -> None:
        with self._lock:
            _Quietly._inside += 1
            for name in _TALKATIVE:
                logging.getLogger(name).addFilter(_heard)  # added once, however often

    def __exit__(self, *_: object) -> None:
        with self._lock:
            _Quietly._inside -= 1
            if not _Quietly._inside:
                for name in _TALKATIVE:
                    logging.getLogger(name).removeFilter(_heard)


def _heard(_record: logging.LogRecord) -> bool:
    return False
