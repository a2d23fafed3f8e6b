"""Exchange with other systems: taking in real records from CSV by mapping profiles."""

from complaintkit.exchange.importing import Progress, import_records
from complaintkit.exchange.mapping import MappingProfile, load_mapping
from complaintkit.exchange.report import Finding, ImportReport

__all__ = ["Finding", "ImportReport", "MappingProfile", "Progress", "import_records", "load_mapping"]
