"""The process as a whole: charts, the table compiled from them, who may do what, and the pure engine.

The only door to python-statemachine.
"""

from complaintkit.lifecycle.engine import (
    Decision,
    Option,
    Refusal,
    allowed,
    decide,
    evolve,
    fold,
    is_respondent,
    is_stranger,
    replay,
)
from complaintkit.lifecycle.rows import (
    DISPOSAL,
    ERASURE,
    clocks_of,
    erasure_timer,
    letter_row,
    summary_of,
    timers_of,
    wakes,
)
from complaintkit.lifecycle.steps import (
    BOOK,
    COMMANDS,
    EVENTS,
    NOT_YET,
    AttemptRefused,
    EpochBegun,
    TextRevealed,
    decides_for,
)
from complaintkit.lifecycle.table import Table, compile_chart, handling_table, learning_table

__all__ = [
    "BOOK",
    "COMMANDS",
    "DISPOSAL",
    "ERASURE",
    "EVENTS",
    "NOT_YET",
    "AttemptRefused",
    "Decision",
    "EpochBegun",
    "Option",
    "Refusal",
    "Table",
    "TextRevealed",
    "allowed",
    "clocks_of",
    "compile_chart",
    "decide",
    "decides_for",
    "erasure_timer",
    "evolve",
    "fold",
    "handling_table",
    "is_respondent",
    "is_stranger",
    "learning_table",
    "letter_row",
    "replay",
    "summary_of",
    "timers_of",
    "wakes",
]
