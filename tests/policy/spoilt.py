"""Policy files spoilt by a seeded hand, and what loading them costs: typed errors only, in little time and memory.

``python -m tests.policy.spoilt 100000`` (``make mutants``) spoils that many files and ends with 1 where one of them
breaks a promise: another error than ours, more than 50 ms of processor time, more than 64 MB of memory. The tests
do the same with fewer.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from complaintkit.errors import ComplaintKitError
from complaintkit.policy import load_pack, load_policy, load_profile
from tests.conftest import ROOT
from tests.policy.samples import FEE, FEE_2026, TARIFF
from tests.sources import PACKAGE

#: What is promised of every file: processor time, and memory on top of what the process had.
MOST_SECONDS: Final = 0.050
MOST_BYTES: Final = 64 * 1024 * 1024
#: Of every so many files the memory is also traced, allocation by allocation.
TRACED: Final = 50

Load = Callable[[Path], object]


class Sample(NamedTuple):
    """A good file: its name, its text, and what loads it."""

    name: str
    text: str
    load: Load


class Cost(NamedTuple):
    """What loading one file cost, and the error that it ended with."""

    seconds: float
    error: Exception | None


def samples() -> list[Sample]:
    """Every profile and pack of the library, the profiles of the examples, and the tables of the tests."""
    files: dict[Load, list[Path]] = {
        load_profile: [*(PACKAGE / "policy" / "profiles").glob("*.toml"), *(ROOT / "examples").glob("*.toml")],
        load_pack: [*(PACKAGE / "policy" / "packs").glob("*.toml")],
    }
    read = [Sample(file.name, file.read_text("utf-8"), load) for load, found in files.items() for file in sorted(found)]
    own = [("tariff.toml", TARIFF), ("fee.toml", FEE), ("fee-2026.csv", FEE_2026)]
    return [*read, *(Sample(name, text, _load_own) for name, text in own)]


def _load_own(file: Path) -> object:
    """A policy of the tests, or the one that names a spreadsheet."""
    return load_policy(file if file.suffix == ".toml" else file.with_name("fee.toml"))


# How a text is spoilt. Each takes the text and a source of chance, and gives another text.

_WORD: Final = re.compile(r"[A-Za-z_][\w-]*")
_VALUE: Final = re.compile(r"(?<== )[^\n]+|(?<=,)[^,\]\n]+")
_ODD: Final = (
    "\u202e",
    "\u200f",
    "\x00",
    "\ufeff",
    "é",
    "\U0001f4a9",
    "＝",
    "\r",
    "\t",
    "\x7f",
    "״",
    "۱۲۳",
    "'",
    '"',
    '"""',
)
_OTHER_TYPES: Final = (
    "true", "0", "-1", "1.5", "nan", "inf", "[]", "{}", '""', '"x"', "2026-03-01", "2026-03-01T10:00:00Z", "10:00:00",
    "[[]]", "[1, 'x']", "{ a = 1 }", "0x10", "1_000", "1e400", "9999-12-31", "[{}]",
)  # fmt: skip


def _flip(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chr(ord(text[at]) ^ 1 << chance.randrange(7)) + text[at + 1 :]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def _cut_out(text: str, chance: random.Random) -> str:
    at, length = chance.randrange(len(text)), chance.randrange(1, 200)
    return text[:at] + text[at + length :]


def _repeat(text: str, chance: random.Random) -> str:
    """Some lines many times over."""
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    some = lines[at : at + chance.randrange(1, 12)]
    return "".join([*lines[:at], *some * chance.choice((2, 2, 3, 30, 1_000)), *lines[at:]])


def _repeat_tables(text: str, chance: random.Random) -> str:
    """All of a list of tables many times over, each with an id of its own."""
    blocks = re.split(r"(?m)^(?=\[)", text)
    at = chance.randrange(len(blocks))
    many = (
        re.sub(r'(?m)^id = "', f'id = "{number}-', blocks[at]) for number in range(chance.choice((3, 40, 200, 1_000)))
    )
    return "".join([*blocks[:at], *many, *blocks[at:]])


def _nest(text: str, chance: random.Random) -> str:
    opening, closing = chance.choice((("[", "]"), ("{ a = ", " }"), ("{ all = [", "] }"), ("{ not = ", " }")))
    depth = chance.choice((3, 8, 15, 17, 500, 5_000))
    return _put(text, opening * depth + closing * chance.choice((depth, depth, 0)), chance)


def _unfold(text: str, chance: random.Random) -> str:
    """A condition that unfolds into very many alternatives."""
    pair = '{ any = [{ fact = "seriousness", at_least = 1 }, { fact = "legal", at_least = 1 }] }'
    return _put(text, "{ all = [" + ", ".join([pair] * chance.choice((2, 5, 10, 60))) + "] }", chance)


def _inflate(text: str, chance: random.Random) -> str:
    """A number of very many digits, or one at the edge of what computers count with."""
    many = chance.choice((19, 20, 39, 199, 201, 5_000, 100_000))
    number = chance.choice(
        ("9" * many, "-" + "9" * many, "0x" + "f" * many, "1e" + "9" * many, "0." + "0" * many, str(2**63))
    )
    return _put(text, number, chance)


def _dot(text: str, chance: random.Random) -> str:
    """Keys of very many parts, or very many keys of some parts."""
    lines = text.splitlines(keepends=True)
    parts, many = chance.choice(((15, 10), (16, 400), (17, 1), (3, 3_000), (2_000, 1), (8, 1_000)))
    keys = "".join("a." * parts + f"k{number} = 1\n" for number in range(many))
    headed = chance.choice((keys, keys.replace("a.", "[a.").replace(" = 1", "]") if parts == 1 else keys))
    at = chance.randrange(len(lines) + 1)
    return "".join([*lines[:at], headed, *lines[at:]])


def _list(text: str, chance: random.Random) -> str:
    """A list of very many small things."""
    item = chance.choice(("1", "''", "{}", "[]", "1.5", "2026-01-01", "{ a = 1 }", '"P1"', "true"))
    return _put(text, "[" + f"{item}, " * chance.choice((10, 500, 20_000)) + "]", chance)


def _odd(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(_ODD) * chance.choice((1, 1, 300)) + text[at:]


def _rename(text: str, chance: random.Random) -> str:
    """A word under another name: misspelt, or another word of the same file."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = chance.choice(words)
    at = chance.randrange(len(word[0]))
    misspelt = word[0][:at] + chance.choice("abcxyz_-é") + word[0][at + 1 :]
    return text[: word.start()] + chance.choice((misspelt, chance.choice(words)[0])) + text[word.end() :]


def _rename_all(text: str, chance: random.Random) -> str:
    word = chance.choice(_WORD.findall(text) or ["x"])
    return text.replace(word, word[::-1])


def _retype(text: str, chance: random.Random) -> str:
    return _put(text, chance.choice(_OTHER_TYPES), chance)


def _put(text: str, value: str, chance: random.Random) -> str:
    """A text with another value in the place of one of its own."""
    places = list(_VALUE.finditer(text))
    if not places:
        return text + value
    place = chance.choice(places)
    return text[: place.start()] + value + text[place.end() :]


def _splice(text: str, chance: random.Random) -> str:
    """The lines of a text in another order."""
    lines = text.splitlines(keepends=True)
    chance.shuffle(lines)
    return "".join(lines)


def _cells(text: str, chance: random.Random) -> str:
    """Cells of a spreadsheet in the places of others, or very many of them."""
    cell = chance.choice(
        ("=1+1", "-", "'", ">= 3", "one of " + "a; " * 2_000, "1 to", '"', "not", "＝1", ",,,", "", " 3")
    )
    words = re.split(r"([,\n])", text)
    words[chance.randrange(len(words))] = cell
    return "".join(words) * chance.choice((1, 1, 1, 40))


def _stuff(text: str, chance: random.Random) -> str:
    """A text filled up to the size that is allowed, or past it, with what costs nothing to write."""
    much = chance.choice((60_000, 64_000, 100_000, 300_000))
    return text + chance.choice(("\n", "#\n", " ", "# note\n", "[[a]]\n", "a=1\n", "'", '"', "[")) * much


SPOIL: Final = (
    _flip, _flip, _cut, _cut_out, _repeat, _repeat_tables, _nest, _unfold, _inflate, _dot, _list, _odd, _rename,
    _rename, _rename_all, _retype, _retype, _splice, _cells, _stuff,
)  # fmt: skip


def spoilt(sample: Sample, chance: random.Random) -> bytes:
    """A sample after one to three strokes of bad luck; lone surrogates and the like become bytes as they come."""
    text = sample.text
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if len(text) < 20_000:  # what is too large already is refused for that, and the memory meant is the loader's
            text = chance.choice(SPOIL)(text, chance) or "x"
    content = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        at = chance.randrange(len(content))
        content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    return content


def files(count: int, seed: int) -> Iterator[tuple[Sample, bytes]]:
    """So many spoilt files, each of them drawn from the seed and its own number."""
    good = samples()
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")
        sample = good[number % len(good)]
        yield sample, spoilt(sample, chance)


def cost(sample: Sample, file: Path) -> Cost:
    """What it costs to load one file, in processor time of this process."""
    error = None
    begun = time.process_time()
    try:
        sample.load(file)
    except Exception as caught:  # noqa: BLE001 - what it is, is what is asked
        error = caught
    return Cost(time.process_time() - begun, error)


def traced(sample: Sample, file: Path) -> int:
    """The peak of what it allocates to load one file, in bytes."""
    tracemalloc.start()
    cost(sample, file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def resident() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class Report:
    """What was seen so far."""

    def __init__(self) -> None:
        self.before = resident()
        self.seen: Counter[str] = Counter()
        self.slowest = (0.0, "")
        self.largest = 0
        self.broken: list[str] = []

    def note(self, name: str, found: Cost) -> None:
        """Note one file."""
        self.seen[type(found.error).__name__ if found.error else "loaded"] += 1
        self.slowest = max(self.slowest, (found.seconds, name))
        if found.error and not isinstance(found.error, ComplaintKitError):
            self.broken.append(f"{name}: {type(found.error).__name__}: {str(found.error)[:200]}")
        if found.seconds > MOST_SECONDS:
            self.broken.append(f"{name}: {found.seconds * 1000:.0f} ms")

    def note_memory(self, name: str, peak: int) -> None:
        """Note what one file took at most; the growth of the whole process bounds that of all the others."""
        self.largest = max(self.largest, peak)
        if max(peak, self.grown) > MOST_BYTES:
            self.broken.append(f"{name}: {max(peak, self.grown) / 1024 / 1024:.0f} MB")

    @property
    def grown(self) -> int:
        """By how much the peak of the process has grown since the beginning."""
        return resident() - self.before

    def __str__(self) -> str:
        ends = ", ".join(f"{count} {name}" for name, count in self.seen.most_common())
        return (
            f"{self.seen.total()} files: {ends}\nslowest {self.slowest[0] * 1000:.1f} ms ({self.slowest[1]}), "
            f"largest {self.largest / 1024 / 1024:.1f} MB, process grown by {self.grown / 1024 / 1024:.1f} MB"
        )


def run(count: int, seed: int, folder: Path) -> Report:
    """Spoil and load so many files in a folder; one that was slow is loaded twice more and its best time counts.

    The machine may be busy with something else in the middle of one file, but hardly three times.
    """
    for sample in samples():
        (folder / sample.name).write_text(sample.text, "utf-8")
    for sample in samples():
        sample.load(folder / sample.name)
    report = Report()
    for number, (sample, content) in enumerate(files(count, seed)):
        file, name = folder / sample.name, f"{seed}:{number} {sample.name}"
        file.write_bytes(content)
        found = cost(sample, file)
        if found.seconds > MOST_SECONDS:
            found = min(found, cost(sample, file), cost(sample, file), key=lambda each: each.seconds)
        report.note(name, found)
        report.note_memory(name, traced(sample, file) if number % TRACED == 0 else 0)
        file.write_text(sample.text, "utf-8")
    return report


def main() -> int:
    """Spoil as many files as the command line says; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        report = run(told.count, told.seed, Path(folder))
    print(report, *report.broken[:50], sep="\n")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
