"""The desk: the one door through which a host handles complaints."""

from complaintkit.desk.desk import ComplaintDesk
from complaintkit.desk.outcome import Dispatched, Outcome, Preview, RevealedTexts
from complaintkit.desk.reading import read_stream

__all__ = ["ComplaintDesk", "Dispatched", "Outcome", "Preview", "RevealedTexts", "read_stream"]
