"""Whether a file lies on a network: there SQLite's locks cannot be relied on, and its write-ahead log cannot work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from complaintkit.errors import NetworkFileSystem

#: File systems whose disk is another machine's, as Linux names them.
NETWORK: Final = frozenset(
    """
    9p acfs afs beegfs ceph cifs coda davfs fuse.ceph fuse.cephfs fuse.davfs fuse.gcsfuse fuse.glusterfs fuse.goofys
    fuse.httpdirfs fuse.juicefs fuse.mount-s3 fuse.rclone fuse.s3fs fuse.sshfs fuse.smbnetfs gfs gfs2 glusterfs gpfs
    lustre ncpfs nfs nfs4 ocfs2 orangefs panfs pvfs2 smb2 smb3 smbfs
    """.split()  # noqa: SIM905
)
_MOUNTS: Final = Path("/proc/self/mounts")
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


def mounts() -> str:
    """What is mounted where, as Linux tells it; empty on other systems."""
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def file_system(path: Path, mounted: str) -> str:
    r"""The kind of the file system that holds a path (absolute, links resolved); empty where nobody knows.

    >>> file_system(Path("/srv/share/book.db"), "/dev/vda / ext4 rw 0 0\nhost:/x /srv/share nfs4 rw 0 0")
    'nfs4'
    """
    if str(path).startswith("\\\\"):
        return "cifs"  # a share of Windows, by its name
    held = ""
    deepest = -1
    for line in mounted.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[1]))
        if path.is_relative_to(point) and len(point.parts) >= deepest:  # the last one that was mounted covers the rest
            held, deepest = fields[2], len(point.parts)
    return held


def refuse_network(path: Path) -> None:
    """Raises ``NetworkFileSystem`` where the path is known to lie on one."""
    kind = file_system(path, mounts())
    if kind in NETWORK:
        raise NetworkFileSystem(
            f"the file lies on a network file system ({kind}), on which SQLite may lose or damage it",
            hint="keep it on a disk of this machine, or use a PostgreSQL for many machines (SqlStore)",
        )
