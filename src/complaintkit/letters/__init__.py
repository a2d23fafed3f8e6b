"""Letters: what they must say, whether they say it, and how they look in three languages."""

from complaintkit.letters.compose import compose
from complaintkit.letters.delivery import RecordDelivery
from complaintkit.letters.phrases import lint
from complaintkit.letters.render import render

__all__ = ["RecordDelivery", "compose", "lint", "render"]
