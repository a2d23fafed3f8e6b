"""The second fence on PostgreSQL: roles that may not change the log, and triggers that refuse it to everybody.

The Merkle log proves that something was changed; the fence keeps mistakes from changing it. Whoever owns the tables can
take it down: it is a fence, no proof.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.dialects import postgresql

from complaintkit.adapters.sql.schema import Tables

_READ_ADD: Final = "select, insert"
#: What the application may do with each table.
_RIGHTS: Final = {
    "schema": "select",
    "head": "select, insert, update",
    "entry": _READ_ADD,
    "tile": _READ_ADD,
    "vault": "select, insert, delete",  # erasure deletes; nothing is ever written over
    "outbox": "select, insert, update",
    "timer": "select, insert, update, delete",
    "summary": "select, insert, update",
    "answer": _READ_ADD,
    "claim": _READ_ADD,
}
#: What an auditor may read: the log and its head, and no personal text.
_AUDITED: Final = ("schema", "head", "entry", "tile")
#: What is refused to everybody, owners and superusers included.
_REFUSED: Final = {
    "entry": "update or delete",
    "tile": "update or delete",
    "answer": "update or delete",
    "vault": "update",
    "head": "delete",
}
_ROLE: Final = """do $$ begin
    if not exists (select from pg_catalog.pg_roles where rolname = {literal}) then create role {name} nologin; end if;
end $$"""
_REFUSE: Final = """create or replace function {function}() returns trigger language plpgsql as $$ begin
    raise exception using errcode = '42501', message = 'complaintkit refuses ' || tg_op || ' of ' || tg_table_name;
end $$"""
_BACK: Final = """create or replace function {function}() returns trigger language plpgsql as $$ begin
    if new.size < old.size or new.book <> old.book then
        raise exception using errcode = '42501', message = 'complaintkit: the head of a book never goes back';
    end if;
    return new;
end $$"""


def fence(tables: Tables, app: str = "ck_app", auditor: str = "ck_auditor") -> tuple[str, ...]:
    """The statements that make the two roles and the refusing triggers, for the owner of the tables to run.

    ``app`` is the role to grant to the users that your programs log in as, ``auditor`` the one for whoever only reads
    the log; both are made where they are missing. Run them with ``connection.exec_driver_sql``, or put them
    into a migration; running them again changes nothing.

    >>> from sqlalchemy import MetaData
    >>> from complaintkit.adapters.sql import define
    >>> statements = fence(define(MetaData()))
    >>> [statement for statement in statements if statement.endswith("entry to ck_app")]
    ['grant select, insert on complaintkit_entry to ck_app']
    """
    return (*_roles(tables, app, auditor), *_triggers(tables))


def _roles(tables: Tables, app: str, auditor: str) -> list[str]:
    names = {role: _WORDS.quote(role) for role in (app, auditor)}
    statements = [_ROLE.format(literal=_literal(role), name=name) for role, name in names.items()]
    schema = tables.entry.schema
    if schema is not None:
        statements += [f"grant usage on schema {_WORDS.quote(schema)} to {name}" for name in names.values()]
    for kind, rights in _RIGHTS.items():
        statements.append(f"revoke all on {_named(tables, kind)} from {', '.join(names.values())}, public")
        statements.append(f"grant {rights} on {_named(tables, kind)} to {names[app]}")
    return statements + [f"grant select on {_named(tables, kind)} to {names[auditor]}" for kind in _AUDITED]


def _triggers(tables: Tables) -> list[str]:
    refuse, back = (_function(tables, name) for name in ("refuse", "forward"))
    statements = [_REFUSE.format(function=refuse), _BACK.format(function=back)]
    for kind, what in _REFUSED.items():
        statements.append(_trigger(tables, kind, "refuse_rows", f"before {what}", "for each row", refuse))
        statements.append(_trigger(tables, kind, "refuse_all", "before truncate", "for each statement", refuse))
    return [*statements, _trigger(tables, "head", "forward", "before update", "for each row", back)]


def _trigger(tables: Tables, kind: str, name: str, when: str, each: str, function: str) -> str:
    table = getattr(tables, kind)
    trigger = _WORDS.quote(f"{table.name}_{name}")
    where = f"{when} on {_WORDS.format_table(table)} {each}"
    return f"create or replace trigger {trigger} {where} execute function {function}()"


def _function(tables: Tables, name: str) -> str:
    schema, prefix = tables.schema.schema, tables.schema.name.removesuffix("schema")
    function = _WORDS.quote(prefix + name)
    return function if schema is None else f"{_WORDS.quote(schema)}.{function}"


def _named(tables: Tables, kind: str) -> str:
    return str(_WORDS.format_table(getattr(tables, kind)))


def _literal(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


_WORDS: Final = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
