"""Learning from numbers that say what they counted: fact tables, measures, charts and the report.

The only door to duckdb, narwhals, Jinja2 and matplotlib (extra ``learn``), which are loaded when used.
"""

from complaintkit.measures.attainment import acknowledgement_attainment, final_attainment
from complaintkit.measures.counts import Arrivals, Pareto, arrivals, pareto, share, share_by, volume
from complaintkit.measures.duplicates import Duplicates, exact_duplicates
from complaintkit.measures.facts import Facts, read_facts
from complaintkit.measures.measure import Basis, Figures, Measure, Period, Scale, Unit
from complaintkit.measures.report import Report, build_report, write_report
from complaintkit.measures.times import Spread, Waiting, quantiles, time_to_final

__all__ = [
    "Arrivals",
    "Basis",
    "Duplicates",
    "Facts",
    "Figures",
    "Measure",
    "Pareto",
    "Period",
    "Report",
    "Scale",
    "Spread",
    "Unit",
    "Waiting",
    "acknowledgement_attainment",
    "arrivals",
    "build_report",
    "exact_duplicates",
    "final_attainment",
    "pareto",
    "quantiles",
    "read_facts",
    "share",
    "share_by",
    "time_to_final",
    "volume",
    "write_report",
]
