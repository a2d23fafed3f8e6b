"""Exchange with other systems: taking in real records from CSV by mapping profiles, and handing a case to a court."""

from complaintkit.exchange.casefile import CaseFile, archive, case_file, export_case
from complaintkit.exchange.importing import Progress, import_records
from complaintkit.exchange.mapping import MappingProfile, load_mapping
from complaintkit.exchange.report import Finding, ImportReport

__all__ = [
    "CaseFile",
    "Finding",
    "ImportReport",
    "MappingProfile",
    "Progress",
    "archive",
    "case_file",
    "export_case",
    "import_records",
    "load_mapping",
]
