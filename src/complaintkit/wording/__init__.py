"""Words in English, Hebrew and Persian: catalogues, plurals, digits, dates, and the direction of writing.

Rendered, never stored: what is kept are codes and rule ids. The only door to Babel, persiantools and pyluach.

>>> say("en", "letters.greeting", name="Dana")
'Dear Dana'
"""

from complaintkit.wording.bidi import FSI, PDI, RLM, balanced, direction, embed, isolate, lines, one_line, set_apart
from complaintkit.wording.catalogue import names
from complaintkit.wording.dates import DateStyle, date_in_words
from complaintkit.wording.numbers import digits, number, plural
from complaintkit.wording.sentences import Value, known_language, label, placeholders, say

__all__ = [
    "FSI",
    "PDI",
    "RLM",
    "DateStyle",
    "Value",
    "balanced",
    "date_in_words",
    "digits",
    "direction",
    "embed",
    "isolate",
    "known_language",
    "label",
    "lines",
    "names",
    "number",
    "one_line",
    "placeholders",
    "plural",
    "say",
    "set_apart",
]
