"""``python -m complaintkit`` is the same as the command ``complaintkit``."""

from __future__ import annotations

import sys

from complaintkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
