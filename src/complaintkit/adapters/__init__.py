"""What plugs into the ports: stores (memory, SQLite, SQL), notifiers, a directory.

Adapters know no rules: they keep and hand over what they are given. Import the one that is wanted:
``from complaintkit.adapters.sqlite import SqliteStore``.
"""
