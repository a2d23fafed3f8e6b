"""P1 to P3 and I2: what a verdict of the policy engine costs.

P1 and P2 ask one table of 30 rules over 15 facts which of its rules match one case; each rule compares two facts. Ours
is ``Policy.decide`` (the facts checked against their declarations, every rule that matches, the label of the policy),
for P2 with the whole explanation. The peer of P1 is zen-engine, given the same rules as a decision table that
collects; the peer of P2 is rule-engine, which tells of 30 rules whether they match and explains nothing.

Beside P1, at 30, 300 and 3,000 rules: business-rules, durable-rules and a plain function of as many ``if`` statements,
generated for these rules, which checks nothing and can explain nothing. durable-rules takes an event away once one
rule has used it, so it answers with one rule where the others answer with all. Their marks are ours to pass, not
theirs to be measured by.

P3 asks the same table, with one answer for each case, a million cases in one call, and the peer is one polars
expression of thirty branches, written by hand. Both get columns of whole numbers; ours checks each against its
declaration. I2 is a program that imports the policy engine, loads a profile and asks for its first verdict, in a
fresh interpreter, beside ``import attrs``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from complaintkit.policy import Policy, load_policy
from tests.bench.measure import Growth, Row, Side, Sizes, both, seconds, with_peer
from tests.bench.peers import zen_table
from tests.bench.starting import start

_FACTS = tuple(f"f{number}" for number in range(15))
_CASE = dict.fromkeys(_FACTS, 2)
_OUTCOMES = ("a", "b", "c", "d")
#: A verdict takes microseconds: so many times the calls of a turn are made, fewer where there are more rules.
_OFTEN = 20
#: A rule: its id, two facts with the level that each must have at least, and what it gives.
Ruled = tuple[str, dict[str, int], str]


def written(rules: int) -> list[Ruled]:
    """So many rules, always the same ones."""
    draw = Random(15)
    return [
        (f"R-{n}", {fact: draw.randint(1, 4) for fact in draw.sample(_FACTS, 2)}, draw.choice(_OUTCOMES))
        for n in range(rules)
    ]


def policy(rules: int, hit: str = "collect") -> Policy:
    """The rules as a policy of ours."""
    facts = {name: {"type": "level", "top": 4, "kind": "matter"} for name in _FACTS}
    stated = [
        {"id": name, "then": then, "when": {"all": [{"fact": fact, "at_least": n} for fact, n in needed.items()]}}
        for name, needed, then in written(rules)
    ]
    table: dict[str, Any] = {"hit": hit, "outcomes": _OUTCOMES, "rule": stated}
    if hit != "collect":
        table |= {"default": "d", "default_id": "otherwise"}
    return load_policy({"id": "bench", "version": "1", "facts": facts, "table": {"t": table}})


def _decided(rules: int) -> Callable[[Sizes], Callable[[], object]]:
    def ours(_sizes: Sizes) -> Callable[[], object]:
        own = policy(rules)
        return lambda: own.decide("t", _CASE)

    return ours


def _explained(_sizes: Sizes) -> Callable[[], object]:
    own = policy(30)
    return lambda: own.decide("t", _CASE).explanation


def _zen(_sizes: Sizes) -> Callable[[], object]:
    rules = [
        {"_id": name, **dict.fromkeys(_FACTS, ""), **{fact: f">= {level}" for fact, level in needed.items()},
         "rule": json.dumps(name)}
        for name, needed, _ in written(30)
    ]  # fmt: skip
    return zen_table(_CASE, rules, "rule")


def _rule_engine(_sizes: Sizes) -> Callable[[], object]:
    import rule_engine

    rules = [
        rule_engine.Rule(" and ".join(f"{fact} >= {level}" for fact, level in needed.items()))
        for _, needed, _ in written(30)
    ]
    return lambda: [rule.matches(_CASE) for rule in rules]


def _business_rules(rules: int) -> Callable[[Sizes], Callable[[], object]]:
    def theirs(_sizes: Sizes) -> Callable[[], object]:
        from business_rules import run_all
        from business_rules.actions import BaseActions, rule_action
        from business_rules.fields import FIELD_TEXT
        from business_rules.variables import BaseVariables, numeric_rule_variable

        found: list[str] = []

        def fired(_self: object, name: str) -> None:
            found.append(name)

        read = {fact: numeric_rule_variable(_reader(fact)) for fact in _FACTS}
        variables = type("Variables", (BaseVariables,), read)()
        actions = type("Actions", (BaseActions,), {"fired": rule_action(params={"name": FIELD_TEXT})(fired)})()
        stated = [
            {
                "conditions": {"all": [
                    {"name": fact, "operator": "greater_than_or_equal_to", "value": level}
                    for fact, level in needed.items()
                ]},
                "actions": [{"name": "fired", "params": {"name": name}}],
            }
            for name, needed, _ in written(rules)
        ]  # fmt: skip

        def ask() -> list[str]:
            found.clear()
            run_all(stated, variables, actions, stop_on_first_trigger=False)
            return found

        return ask

    return theirs


def _reader(fact: str) -> Callable[[object], int]:
    def read(_self: object) -> int:
        return _CASE[fact]

    read.__name__ = fact
    return read


def _durable_rules(rules: int) -> Callable[[Sizes], Callable[[], object]]:
    def theirs(_sizes: Sizes) -> Callable[[], object]:
        from durable.lang import m, post, ruleset, when_all

        found: list[str] = []
        name = f"bench-{next(_NAMES)}"
        with ruleset(name):
            for rule, needed, _ in written(rules):
                first, second = (getattr(m, fact) >= level for fact, level in needed.items())
                when_all(first & second)(_action(rule, found))

        def ask() -> list[str]:
            found.clear()
            post(name, dict(_CASE))
            return found

        return ask

    return theirs


def _names() -> Iterator[int]:
    number = 0
    while True:
        yield (number := number + 1)


#: A set of rules of durable-rules has a name in the whole process.
_NAMES = _names()


def _action(rule: str, found: list[str]) -> Callable[[object], None]:
    def act(_context: object) -> None:
        found.append(rule)

    act.__name__ = rule.replace("-", "_")
    return act


def _generated(rules: int) -> Callable[[Sizes], Callable[[], object]]:
    def theirs(_sizes: Sizes) -> Callable[[], object]:
        lines = ["def ask(case):", "    found = []"]
        for name, needed, _ in written(rules):
            holds = " and ".join(f"case[{fact!r}] >= {level}" for fact, level in needed.items())
            lines += [f"    if {holds}:", f"        found.append({name!r})"]
        made: dict[str, Any] = {}
        exec("\n".join([*lines, "    return found"]), made)
        return lambda: made["ask"](_CASE)

    return theirs


def _columns(sizes: Sizes) -> dict[str, Any]:
    import numpy as np

    draw = np.random.default_rng(15)
    return {fact: draw.integers(0, 5, sizes.verdicts).astype(np.int8) for fact in _FACTS}


def _many(sizes: Sizes) -> Callable[[], object]:
    own, columns = policy(30, "most_urgent"), _columns(sizes)
    return lambda: own.decide_many("t", columns)


def _polars(sizes: Sizes) -> Callable[[], object]:
    import polars as pl

    frame = pl.DataFrame(_columns(sizes))
    chain: Any = pl
    for _, needed, then in sorted(written(30), key=lambda rule: rule[2]):
        holds = pl.all_horizontal(*(pl.col(fact) >= level for fact, level in needed.items()))
        chain = chain.when(holds).then(pl.lit(then))
    answer = chain.otherwise(pl.lit("d"))
    return lambda: frame.select(answer)


@contextmanager
def _once(sizes: Sizes) -> Iterator[tuple[Side, Side | None]]:
    with both(_many, with_peer("polars", _polars))(sizes) as (ours, theirs):
        yield lambda: ours() / sizes.verdicts, theirs and (lambda: theirs() / sizes.verdicts)


@contextmanager
def _first_verdict(_sizes: Sizes) -> Iterator[tuple[Side, Side]]:
    asked = "from complaintkit.policy import load_profile; load_profile('standard').priority({'seriousness': 2})"
    yield lambda: start(asked), lambda: start("import attrs")


def _for_each_rule(many: int, few: int) -> Growth:
    @contextmanager
    def sides(sizes: Sizes) -> Iterator[tuple[Side, Side]]:
        long, short = _decided(many)(sizes), _decided(few)(sizes)
        yield lambda: seconds(long, sizes.repeat) / many, lambda: seconds(short, sizes.repeat * 10) / few

    return Growth(what=f"{many:,} rules beside {few:,}, each rule", limit=1.1, sides=sides)


_BESIDE = (
    ("business", "business-rules", "business_rules", _business_rules, 1.0),
    ("durable", "durable-rules", "durable", _durable_rules, 1.0),
    ("function", "generated function", "json", _generated, 10.0),  # it checks nothing, and can tell nothing
)
ROWS = (
    Row(
        id="P1", work="verdict, 30 rules on 15 facts, all matches", peer="zen-engine table", gate=1 / 40, aim=1 / 150,
        sides=both(_decided(30), with_peer("zen", _zen), often=_OFTEN),
        growths=(_for_each_rule(300, 30), _for_each_rule(3_000, 300)),
    ),
    *(
        Row(
            id=f"P1.{short}.{rules}", work=f"the same, {rules:,} rules", peer=peer, gate=gate, aim=gate / 10,
            sides=both(_decided(rules), with_peer(module, theirs(rules)), often=max(1, 30 * _OFTEN // rules)),
        )
        for short, peer, module, theirs, gate in _BESIDE for rules in (30, 300, 3_000)
    ),
    Row(
        id="P2", work="the same, 30 rules, with the full explanation", peer="rule-engine, which explains nothing",
        gate=1 / 8, aim=1 / 30, sides=both(_explained, with_peer("rule_engine", _rule_engine), often=_OFTEN),
    ),
    Row(
        id="P3", work="one of a million verdicts in one call", peer="a polars expression", gate=5.0, aim=1.2,
        sides=_once, turns="rounds",
    ),
    Row(
        id="I2", work="import complaintkit.policy, load a profile, first verdict", peer="import attrs", gate=3.0,
        aim=2.0, sides=_first_verdict, turns="starts",
    ),
)  # fmt: skip
