"""The tests, one folder for each room; run them with ``make test``."""
