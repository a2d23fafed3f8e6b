"""Notifiers without a network: the terminal, memory, and e-mail files.

None of them raises for a message that it cannot hand over: the delivery says ``FAILED`` and why, without
repeating the address or the words.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, TextIO

from complaintkit.adapters.mail import DISPATCHED, digest, failed, mail_of
from complaintkit.errors import MalformedInput
from complaintkit.ports import Delivery, Message

_CONTROL_IN_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FILE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_DRAFT: Final = {"X-Unsent": "1"}  # mail programs open the file as a draft


class ConsoleNotifier:
    """Writes each message to a text stream, ``sys.stdout`` unless another is given.

    Control characters of a message are shown as U+FFFD, so that a letter cannot steer a terminal; what the
    stream's encoding cannot express is written as an escape.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, message: Message) -> Delivery:
        """Write one message; a repeated key is written again, under the same key."""
        stream = self._stream or sys.stdout
        lines = (
            f"--- {message.rule} for {message.complaint} [{message.language.value}, {message.key}]",
            f"To: {message.to}",
            f"Subject: {message.subject}",
            "",
            message.text,
            "",
        )
        shown = "\n".join(_CONTROL_IN_TEXT.sub("\ufffd", line) for line in lines)
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            stream.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        except (OSError, ValueError) as error:
            return failed(f"the stream cannot be written ({type(error).__name__})", retryable=True)
        return DISPATCHED


class MemoryNotifier:
    """Keeps the messages, one for each key, in the order in which they came first.

    ``messages`` is what a receiver would have, ``calls`` how often :meth:`send` was called.

    >>> from complaintkit.vocabulary import Language
    >>> notifier = MemoryNotifier()
    >>> notifier.fail_next(1)
    >>> letter = Message(key="k", rule="N-01", complaint="C-1", to="dana@example.org", subject="Received",
    ...                  text="We have it.", html="<p>We have it.</p>", language=Language.ENGLISH)
    >>> [notifier.send(letter).status.value for _ in range(3)], len(notifier.messages)
    (['failed', 'dispatched', 'dispatched'], 1)
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.calls = 0
        self._keys: set[str] = set()
        self._failures = 0
        self._retryable = True
        self._lock = threading.Lock()

    def fail_next(self, count: int, *, retryable: bool = True) -> None:
        """Let the next ``count`` messages fail."""
        self._failures, self._retryable = count, retryable

    def send(self, message: Message) -> Delivery:
        """Keep one message, unless it was told to fail or knows its key already."""
        with self._lock:
            self.calls += 1
            if self._failures:
                self._failures -= 1
                return failed("told to fail", retryable=self._retryable)
            if message.key not in self._keys:
                self._keys.add(message.key)
                self.messages.append(message)
            return DISPATCHED


class EmlNotifier:
    """Writes each message as one ``.eml`` file: text and HTML, to be opened or sent by any mail program.

    ``folder`` is made when it is missing, ``sender`` the address of the ``From`` line. A file appears
    whole or not at all. The same key gives the same file: the first one stays. An address or subject with
    a line break, or more than one address, is refused.
    """

    def __init__(self, folder: str | os.PathLike[str], *, sender: str = "") -> None:
        self._folder = Path(folder)
        self._sender = sender

    def send(self, message: Message) -> Delivery:
        """Write one message; a failing disk is worth another try, a wrong address is not."""
        try:
            self._keep(self.path(message.key), mail_of(message, self._sender, _DRAFT))
        except MalformedInput as error:
            return failed(str(error))
        except OSError as error:
            return failed(f"the folder cannot be written ({type(error).__name__})", retryable=True)
        return DISPATCHED

    def path(self, key: str) -> Path:
        """The file of a key: the key itself where it is a plain file name, otherwise its SHA-256."""
        return self._folder / f"{key if _FILE_NAME.fullmatch(key) else digest(key)}.eml"

    def _keep(self, path: Path, content: bytes) -> None:
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
