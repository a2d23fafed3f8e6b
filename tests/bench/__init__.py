"""The benchmark: each row of the table does one piece of work with complaintkit and with a peer, in one process.

Run it with ``make bench``, or ``python -m tests.bench --row L1,S2``. It is no timed test: nothing fails because a
machine is slow. What each row counts stands in its docstring, and in ``docs/explanation/speed.md``.
"""
