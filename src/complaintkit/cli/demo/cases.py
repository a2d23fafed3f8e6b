"""The cases of the demonstration: 315 complaints in three languages over twelve months, always the same ones.

Each case says what it is about, which way it takes, and what out of the ordinary happens in which state,
so that together they take every transition that this version can carry out.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from attrs import frozen

from complaintkit.vocabulary import Channel, Handling, Language

SEED: Final = 1405
FIRST_DAY: Final = datetime(2025, 11, 3, tzinfo=UTC)
DAYS: Final = 364
ORDINARY: Final = 265

#: How a complaint comes to its outcome; most are settled, as they are in life.
WAYS: Final = (*("settle",) * 5, "lapse", "inquiry", "inquiry", "settle_later", "agree_late")
#: What follows the outcome.
ENDINGS: Final = (
    *("accept",) * 7,
    *("silence",) * 3,
    "confirmed",
    "varied",
    "substituted",
    "remitted_assessment",
    "remitted_evidence",
    "review_withdrawn",
    "late_review",
    "reopen",
)
#: The states in which something out of the ordinary is made to happen.
STATES: Final = tuple(
    state for state in Handling if state not in (Handling.DRAFT, Handling.PLANNING, Handling.AUTHORISING)
)


#: Those of them in which a duplicate is merged.
_BEFORE_REVIEW: Final = STATES[: STATES.index(Handling.UNDER_INTERNAL_REVIEW)]


@frozen(kw_only=True)
class Case:
    """One complaint before it is made: its subject, its person, its way, and its special event, if any."""

    number: int
    begins: datetime
    language: Language
    channel: Channel
    topic: Mapping[str, Any]
    way: str
    ending: str
    states: frozenset[Handling] = frozenset()
    special: str = ""
    draft: bool = False
    anonymous: bool = False
    slow: bool = False
    twin: int = 0

    @property
    def person(self) -> str:
        """The opaque id of the complainant; a case with a twin is the same person's, about the same matter."""
        return f"person-{self.twin or self.number:04}"

    @property
    def words(self) -> Mapping[str, Any]:
        """What people say on the way, in the language of the case."""
        words: Mapping[str, Any] = texts()["words"][self.language.value]
        return words

    @property
    def serious(self) -> bool:
        """Whether somebody may come to harm: then nothing is settled early (G-12)."""
        return bool(self.topic["levels"].get("health_safety"))

    def about(self, key: str) -> Any:
        """A text of the topic in the language of the case."""
        return self.topic[self.language.value][key]


@cache
def texts() -> dict[str, Any]:
    """The texts of the demonstration."""
    return tomllib.loads(files(__package__).joinpath("topics.toml").read_text("utf-8"))


def all_cases() -> list[Case]:
    """Every case, in the order of its number; the same on every machine."""
    chance = random.Random(SEED)
    cases = [_story(chance), *_special(chance)]
    cases += [_ordinary(chance, number) for number in range(len(cases) + 1, len(cases) + ORDINARY + 1)]
    return cases + list(_twins(chance, len(cases) + 1))


def _case(chance: random.Random, number: int, **given: Any) -> Case:
    languages = (Language.ENGLISH, Language.HEBREW, Language.PERSIAN)
    channels = (Channel.PHONE, Channel.EMAIL, Channel.WEB_FORM, Channel.LETTER, Channel.CHAT, Channel.COUNTER)
    topics = texts()["topic"]
    drawn = {
        "begins": FIRST_DAY + timedelta(minutes=chance.randrange(DAYS * 24 * 60)),
        "language": chance.choices(languages, (4, 3, 3))[0],
        "channel": chance.choice(channels),
        "topic": chance.choices(topics, (5, 4, 4, 2, 4, 3, 2, 1))[0],
        "way": chance.choice(WAYS),
        "ending": chance.choice(ENDINGS),
    }
    return Case(number=number, **(drawn | given))


def _story(chance: random.Random) -> Case:
    """The complaint that is told at the beginning."""
    topic = texts()["topic"][1]
    return _case(
        chance,
        1,
        begins=FIRST_DAY + timedelta(hours=10),
        language=Language.ENGLISH,
        channel=Channel.PHONE,
        topic=topic,
        way="inquiry",
        ending="varied",
    )


def _early(chance: random.Random) -> datetime:
    """Early enough in the year to come to an end in it."""
    return FIRST_DAY + timedelta(minutes=chance.randrange(DAYS * 24 * 60 // 2))


def _special(chance: random.Random) -> Iterator[Case]:
    """Every special event in every state, each on a way that comes through all of them."""
    number = 2
    for special, states in _occasions():
        topic = texts()["topic"][number % 3]
        way = {"topic": topic, "way": "inquiry_long", "ending": "confirmed"}
        yield _case(chance, number, begins=_early(chance), states=states, special=special, **way)
        number += 1
    draft = frozenset((Handling.DRAFT,))
    yield _case(chance, number, begins=_early(chance), special="withdraw", states=draft, draft=True)


def _twins(chance: random.Random, number: int) -> Iterator[Case]:
    """Told twice: taken for the same by mistake, in each state that knows a merging; and once for good."""
    mistaken = [frozenset(_BEFORE_REVIEW[first::2]) for first in range(2)]
    for special, states in (*(("mistaken", states) for states in mistaken), ("duplicate", frozenset(STATES[:1]))):
        topic, begins = texts()["topic"][number % 3], _early(chance)
        way = "waiting" if special == "mistaken" else "inquiry"
        first = _case(chance, number, begins=begins, topic=topic, way=way, ending="accept")
        yield first
        told_again = {"language": first.language, "topic": topic, "way": "inquiry_long", "ending": "confirmed"}
        begins += timedelta(minutes=10)
        yield _case(chance, number + 1, begins=begins, states=states, special=special, twin=number, **told_again)
        number += 2


def _occasions() -> Iterator[tuple[str, frozenset[Handling]]]:
    """What can happen once in a life, in each state of its own; what can happen again, in a few states of one life."""
    for special in ("withdraw", "acknowledge"):
        yield from ((special, frozenset((state,))) for state in STATES if state is not Handling.CLOSED)
    for special in ("determined", "returned", "again", "answered", "unanswered"):
        yield from ((special, frozenset(STATES[first::4])) for first in range(4))


def _ordinary(chance: random.Random, number: int) -> Case:
    odd = {name: chance.random() < share for name, share in (("draft", 0.05), ("anonymous", 0.03), ("slow", 0.2))}
    return _case(chance, number, **odd)
