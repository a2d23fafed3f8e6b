"""How letters leave from the command line: as files, by SMTP, as webhooks, through Apprise; secrets come from outside.

What must not be seen in a list of processes is read from the environment: ``COMPLAINTKIT_SMTP_USER``,
``COMPLAINTKIT_SMTP_PASSWORD``, ``COMPLAINTKIT_WEBHOOK_SECRET`` and ``COMPLAINTKIT_APPRISE_URL``.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Final

from complaintkit.adapters.notifiers import EmlNotifier
from complaintkit.cli.parsing import Parser, one_of
from complaintkit.errors import UsageError
from complaintkit.ports import Notifier

_WAYS: Final = ("letters", "smtp", "webhook", "apprise")


def a_sender(parser: Parser) -> None:
    """The options that say how letters leave; exactly one way must be given."""
    parser.add_argument("--letters", metavar="DIR", help="write .eml files into this folder; made if missing")
    parser.add_argument("--smtp", metavar="HOST[:PORT]", help="send by this mail server; needs --sender")
    parser.add_argument("--sender", metavar="ADDRESS", default="", help="who the mails are from")
    parser.add_argument(
        "--security", type=one_of(("starttls", "tls", "none"), "way to encrypt"), default="starttls",
        metavar="WAY", help="starttls, tls or none (default: starttls)",
    )  # fmt: skip
    parser.add_argument("--webhook", metavar="URL", help="post to this https URL; $COMPLAINTKIT_WEBHOOK_SECRET signs")
    parser.add_argument(
        "--apprise", action="store_true", default=None, help="send to the Apprise URL in $COMPLAINTKIT_APPRISE_URL"
    )


def sender_of(args: Namespace) -> Notifier:
    """The notifier that the options ask for; raises ``UsageError`` for none, and for more than one."""
    given = [way for way in _WAYS if getattr(args, way) is not None]
    if len(given) != 1:
        named = ", ".join(f"--{way}" for way in _WAYS)
        raise UsageError("say in one way how letters leave", hint=f"one of {named}")
    made: dict[str, Callable[[Namespace], Notifier]] = {
        "letters": _files, "smtp": _smtp, "webhook": _webhook, "apprise": _apprise,
    }  # fmt: skip
    return made[given[0]](args)


def _files(args: Namespace) -> Notifier:
    return EmlNotifier(Path(args.letters), sender=args.sender)


def _smtp(args: Namespace) -> Notifier:
    from complaintkit.adapters.smtp import SmtpNotifier

    host, port = _place(args.smtp)
    if not args.sender:
        raise UsageError("nobody is named as the sender of the mails", hint="add --sender complaints@example.org")
    user, password = (os.environ.get(f"COMPLAINTKIT_SMTP_{name}", "") for name in ("USER", "PASSWORD"))
    return SmtpNotifier(host, port, sender=args.sender, security=args.security, user=user, password=password)


def _webhook(args: Namespace) -> Notifier:
    from complaintkit.adapters.webhook import WebhookNotifier

    return WebhookNotifier(args.webhook, secret=_from_outside("COMPLAINTKIT_WEBHOOK_SECRET").encode())


def _apprise(_args: Namespace) -> Notifier:
    from complaintkit.adapters.apprise import AppriseNotifier

    return AppriseNotifier(_from_outside("COMPLAINTKIT_APPRISE_URL"))


def _from_outside(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise UsageError(f"{name} is not set", hint="set it in the environment: options are seen by everybody")
    return value


def _place(text: str) -> tuple[str, int]:
    """A host with or without its port.

    >>> _place("mail.example.org"), _place("mail.example.org:2525"), _place("[::1]:25")
    (('mail.example.org', 0), ('mail.example.org', 2525), ('::1', 25))
    """
    host, colon, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    host, port = (host, port) if colon else (text, "0")
    if not host or not (port.isascii() and port.isdecimal() and int(port) < 65536):
        raise UsageError(f"{text[:80]!r} is no HOST[:PORT]", hint="as in: --smtp mail.example.org:587")
    return host.removeprefix("[").removesuffix("]"), int(port)
