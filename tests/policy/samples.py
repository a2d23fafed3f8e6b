"""Policies of the tests, written as people write them."""

from __future__ import annotations

from typing import Final

#: One table of every kind.
TARIFF: Final = """id = "tariff"
version = "1"
note = "Every kind of fact and every hit policy."

[facts]
grams = { type = "number", kind = "matter", points = [20, 500], most = 30_000, required = true }
harm = { type = "level", kind = "assessed", top = 3 }
urgent = { type = "flag", kind = "matter" }
service = { type = "code", kind = "matter", codes = ["letter", "parcel", "freight"] }
route = { type = "choice", kind = "matter", codes = ["land", "sea", "air"] }

[table.size]
hit = "unique"
outcomes = ["small", "large"]
[[table.size.rule]]
id = "S-1"
then = "small"
when = { fact = "grams", less_than = 20 }
[[table.size.rule]]
id = "S-2"
then = "large"
when = { fact = "grams", at_least = 20 }

[table.way]
hit = "first"
outcomes = ["by hand", "by machine"]
default = "by machine"
default_id = "W-9"
[[table.way.rule]]
id = "W-1"
note = "whoever was harmed"
then = "by hand"
when.any = [
  { fact = "harm", at_least = 2 },
  { all = [{ fact = "urgent", is = true }, { fact = "route", is_not = "land" }] },
]
[[table.way.rule]]
id = "W-2"
then = "by hand"
when.not = { fact = "service", one_of = ["letter", "parcel"] }

[table.points]
hit = "collect_sum"
outcomes = [1, 2, 3]
[[table.points.rule]]
id = "P-1"
then = 2
when = { fact = "harm", at_least = 1 }
[[table.points.rule]]
id = "P-2"
then = 3
when = { fact = "urgent", is = true }

[table.lane]
hit = "any"
outcomes = ["fast", "slow"]
default = "slow"
default_id = "L-9"
[[table.lane.rule]]
id = "L-1"
then = "fast"
when = { fact = "urgent", is = true }
[[table.lane.rule]]
id = "L-2"
then = "fast"
when = { fact = "harm", more_than = 1 }

[table.queue]
hit = "most_urgent"
outcomes = ["now", "soon", "later"]
default = "later"
default_id = "Q-9"
[[table.queue.rule]]
id = "Q-1"
then = "now"
when.all = [{ fact = "harm", at_least = 3 }, { fact = "grams", at_most = 500 }]
[[table.queue.rule]]
id = "Q-2"
then = "soon"
when = { fact = "service", none_of = ["freight"] }
"""

#: A table that changed on a day, its new edition kept in a spreadsheet.
FEE: Final = """id = "fee"
version = "1"

[facts]
grams = { type = "number", kind = "matter", points = [20, 500], required = true }
harm = { type = "level", kind = "assessed", top = 3 }
service = { type = "code", kind = "matter", codes = ["letter", "parcel", "freight"] }
urgent = { type = "flag", kind = "matter" }

[table.fee]
hit = "first"
edition_by = "received"
outcomes = [0, 5, 9]
default = 9
default_id = "F-9"

[[table.fee.edition]]
id = "old"
until = 2026-04-08
[[table.fee.edition.rule]]
id = "F-1"
then = 0
when = { fact = "grams", less_than = 20 }
[[table.fee.edition.rule]]
id = "F-2"
then = 5
when.any = [{ fact = "harm", at_least = 2 }, { fact = "service", is_not = "freight" }]

[[table.fee.edition]]
id = "new"
since = 2026-04-08
file = "fee-2026.csv"
"""

FEE_2026: Final = """id,grams,harm,service,urgent,then
N-1,<= 20,1 to 2,one of letter; parcel,-,0
N-2,> 20 and not 500,>= 1,not freight,true,5
N-2,500,-,none of letter; freight,false,5
N-3,-,-,parcel,-,0
"""
