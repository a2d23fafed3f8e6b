"""``complaintkit keys``: the keys of an encrypted book: encrypt one that is plain, begin an epoch, say which it is."""

from __future__ import annotations

from argparse import Namespace

from complaintkit.cli.desks import opened_keys, opened_store
from complaintkit.cli.output import Answer
from complaintkit.cli.parsing import Parser, common, on_a_book, one_of

EXAMPLES = """\
  complaintkit keys encrypt --book book.db --keys keys.db
  complaintkit keys rotate --keys keys.db
  complaintkit keys status --keys keys.db

Keep the root key (keys.db.root, or --root-key FILE) out of the backups of keys.db: rotating destroys the old one, and
with it every older copy of keys.db.
"""


def configure(parser: Parser) -> None:
    """Add the options."""
    what = ["encrypt", "rotate", "status"]
    parser.add_argument("what", metavar="WHAT", type=one_of(what, "work on keys"), help=f"one of {', '.join(what)}")
    on_a_book(parser)
    common(parser, run, EXAMPLES)


def run(args: Namespace) -> Answer:
    """Do it."""
    if args.what == "encrypt":
        return _encrypt(args)
    with opened_keys(args, make=False) as keys:
        epoch = keys.rotate() if args.what == "rotate" else keys.epoch
    done = "begun; older copies of the key store open nothing" if args.what == "rotate" else "the present one"
    return Answer({"epoch": epoch}, [f"epoch {epoch} is {done}"])


def _encrypt(args: Namespace) -> Answer:
    from complaintkit.adapters.keys import EncryptedVault
    from complaintkit.desk import encrypt_book

    with opened_store(args) as store, opened_keys(args, make=True) as keys:
        count = encrypt_book(store, EncryptedVault(keys))
    told = f"{count} items were encrypted; older backups of the book still have them in the clear"
    return Answer({"encrypted": count}, [told])
