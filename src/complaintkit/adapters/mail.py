"""A message as an e-mail, for the notifiers that write or send one; what would smuggle a header is refused.

The same message gives the same bytes, and its ``Message-ID`` follows from its key: whoever gets it twice can see that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from typing import Final, cast

from complaintkit.errors import MalformedInput
from complaintkit.ports import Delivery, Message
from complaintkit.vocabulary import DeliveryStatus

#: Line breaks start a new header; other control characters do worse in a terminal.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CRLF: Final = compat32.clone(linesep="\r\n")
_NO_ADDRESS: Final = "the address is not one plain e-mail address"

#: What a notifier answers for a message that it handed over.
DISPATCHED: Final = Delivery(status=DeliveryStatus.DISPATCHED)


def failed(detail: str, *, retryable: bool = False, retry_after: int = 0) -> Delivery:
    """What a notifier answers for a message that it could not hand over; ``detail`` names no person.

    >>> failed("SMTP 451", retryable=True).status.value
    'failed'
    """
    return Delivery(status=DeliveryStatus.FAILED, detail=detail, retryable=retryable, retry_after=retry_after)


def digest(key: str) -> str:
    """A key as 64 characters that may stand in a file name or a header.

    >>> len(digest("../any key"))
    64
    """
    return hashlib.sha256(key.encode()).hexdigest()


def mail_of(message: Message, sender: str, headers: Mapping[str, str], domain: str = "complaintkit.invalid") -> bytes:
    """The mail: text and HTML, the key as ``Idempotency-Key`` and, hashed, in its ``Message-ID`` at ``domain``.

    ``headers`` are set besides. Raises ``MalformedInput``, which repeats nothing of the message, where it must not
    become a mail: a header would break off, the address is not one plain address, or the words are no text.
    """
    _check(message)
    mark = digest(message.key)[:32]
    try:
        return _compose(message, mark, sender, {"Message-ID": f"<{mark}@{domain}>", **headers}).as_bytes(policy=_CRLF)
    except (MessageError, ValueError) as error:
        raise MalformedInput(f"the message cannot be written as an e-mail ({type(error).__name__})") from None


def _compose(message: Message, mark: str, sender: str, headers: Mapping[str, str]) -> MIMEMultipart:
    """The mail, by the older classes of the standard library: the newer ones take five times as long."""
    mail, subject = MIMEMultipart("alternative", boundary=f"=_{mark}"), message.subject
    mail["Subject"] = subject if subject.isascii() else cast(str, Header(subject, "utf-8", header_name="Subject"))
    every = {
        "From": sender,
        "To": message.to,
        "Idempotency-Key": message.key,
        "X-Complaint": message.complaint,
        "X-Notice": message.rule,
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language.value,
    }
    for name, value in (every | dict(headers)).items():
        if value:
            mail[name] = value
    mail.attach(MIMEText(message.text, "plain", "utf-8"))
    mail.attach(MIMEText(message.html, "html", "utf-8"))
    return mail


def _check(message: Message) -> None:
    headers = {"key": message.key, "complaint": message.complaint, "rule": message.rule, "subject": message.subject}
    for name, value in headers.items():
        one_header(value, name)
    one_address(message.to)


def one_header(text: str, what: str = "sender") -> None:
    """Refuse what would break off a header, with ``MalformedInput``, which names ``what`` it is and does not repeat it.

    >>> one_header("us\\r\\nBcc: eve@example.net")
    Traceback (most recent call last):
    ...
    complaintkit.errors.MalformedInput: the sender holds a line break or another control character
    """
    if _CONTROL.search(text):
        raise MalformedInput(f"the {what} holds a line break or another control character")


def one_address(text: str) -> None:
    """Refuse what is not one plain e-mail address, with ``MalformedInput``, which does not repeat it.

    >>> one_address("a@example.org, b@example.org")
    Traceback (most recent call last):
    ...
    complaintkit.errors.MalformedInput: the address is not one plain e-mail address
    """
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        raise MalformedInput(_NO_ADDRESS) from None
    if not (address.username and address.domain):
        raise MalformedInput(_NO_ADDRESS)
