"""What each statement of raw SQL does, as PostgreSQL's own parser reads it."""

import pytest

from rules.sql.effects import (
    ColumnAdded,
    ColumnDefaultChanged,
    ColumnDropped,
    ColumnNullChanged,
    ColumnRenamed,
    ColumnTypeChanged,
    Commented,
    ConstraintAdded,
    ConstraintDropped,
    ConstraintRenamed,
    ConstraintValidated,
    Effect,
    EnumCreated,
    EnumValueAdded,
    EnumValueRenamed,
    Granted,
    IndexCreated,
    Kind,
    Locked,
    Maintained,
    ObjectAltered,
    ObjectCreated,
    ObjectDropped,
    ObjectMoved,
    ObjectRenamed,
    RowsRead,
    RowsWritten,
    SequenceOwned,
    SettingChanged,
    TableAltered,
    TableCreated,
    TransactionControlled,
    Unknown,
)
from rules.sql.names import Name
from rules.sql.parts import ForeignKey, SqlColumn, SqlConstraint
from rules.sql.reader import MAX_CHARACTERS, MAX_TOKENS, read
from rules.sql.statements import Dialect

T = Name(None, "t")
EFFECTS: dict[str, tuple[Effect, ...]] = {
    "ALTER TABLE p.t ADD COLUMN a int NOT NULL DEFAULT (1 + 2) * 3": (
        ColumnAdded(Name("p", "t"), SqlColumn("a", "integer", not_null=True, default="(1 + 2) * 3")),
    ),
    "ALTER TABLE t ADD COLUMN IF NOT EXISTS a bigint REFERENCES u(id) ON DELETE CASCADE": (
        ColumnAdded(T, SqlColumn("a", "bigint"), if_not_exists=True),
        ConstraintAdded(
            T,
            SqlConstraint("FOREIGN KEY", None, ("a",), references=ForeignKey(Name(None, "u"), ("id",), "CASCADE")),
            with_column=True,
        ),
    ),
    "ALTER TABLE t DROP COLUMN IF EXISTS a CASCADE, DROP b": (
        ColumnDropped(T, "a", if_exists=True, cascade=True),
        ColumnDropped(T, "b"),
    ),
    "ALTER TABLE t ALTER a TYPE numeric(10,2) USING (a->>'x')::numeric": (
        ColumnTypeChanged(T, "a", "numeric(10,2)", "(a->>'x')::numeric"),
    ),
    'ALTER TABLE t ALTER a TYPE text COLLATE "C"': (ColumnTypeChanged(T, "a", "text", collation="C"),),
    "ALTER TABLE t ALTER a SET NOT NULL, ALTER b DROP NOT NULL": (
        ColumnNullChanged(T, "a", not_null=True),
        ColumnNullChanged(T, "b", not_null=False),
    ),
    "ALTER TABLE t ALTER a SET DEFAULT now(), ALTER b DROP DEFAULT": (
        ColumnDefaultChanged(T, "a", "now()"),
        ColumnDefaultChanged(T, "b", None),
    ),
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID": (
        ConstraintAdded(T, SqlConstraint("CHECK", "c", check="a > 0", valid=False)),
    ),
    "ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY USING INDEX i": (
        ConstraintAdded(T, SqlConstraint("PRIMARY KEY", "c", using_index="i")),
    ),
    "ALTER TABLE t VALIDATE CONSTRAINT c, DROP CONSTRAINT IF EXISTS d CASCADE": (
        ConstraintDropped(T, "d", if_exists=True, cascade=True),  # PostgreSQL drops first
        ConstraintValidated(T, "c"),
    ),
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY": (TableAltered(T, "EnableRowSecurity"),),
    "ALTER TABLE t DISABLE TRIGGER g": (TableAltered(T, "DisableTrig", "g"),),
    "ALTER TABLE t RENAME COLUMN a TO b": (ColumnRenamed(T, "a", "b"),),
    "ALTER TABLE t RENAME CONSTRAINT a TO b": (ConstraintRenamed(T, "a", "b"),),
    "ALTER TABLE t RENAME TO u": (ObjectRenamed(Kind.TABLE, T, "u"),),
    "ALTER INDEX p.i RENAME TO j": (ObjectRenamed(Kind.INDEX, Name("p", "i"), "j"),),
    "ALTER TYPE e RENAME TO f": (ObjectRenamed(Kind.TYPE, Name(None, "e"), "f"),),
    "ALTER TABLE t SET SCHEMA s": (ObjectMoved(Kind.TABLE, T, "s"),),
    "CREATE TABLE IF NOT EXISTS t (id serial PRIMARY KEY, a varchar(20) UNIQUE, CHECK (id > 0))": (
        TableCreated(
            T,
            (SqlColumn("id", "serial", not_null=True), SqlColumn("a", "character varying(20)")),
            (
                SqlConstraint("PRIMARY KEY", None, ("id",)),
                SqlConstraint("UNIQUE", None, ("a",)),
                SqlConstraint("CHECK", None, check="id > 0"),
            ),
            if_not_exists=True,
        ),
    ),
    "CREATE UNLOGGED TABLE t (a timestamp(0)[], b int GENERATED ALWAYS AS IDENTITY)": (
        TableCreated(
            T,
            (
                SqlColumn("a", "timestamp(0) without time zone[]"),
                SqlColumn("b", "integer", not_null=True, generated="ALWAYS AS IDENTITY"),
            ),
            persistence="unlogged",
        ),
    ),
    "CREATE TABLE t PARTITION OF u FOR VALUES IN (1)": (
        TableCreated(T, complete=False, partition_of=Name(None, "u"), bounds="IN (1)"),
    ),
    "CREATE TABLE t AS SELECT 1": (TableCreated(T, complete=False),),
    "CREATE TABLE t (LIKE u INCLUDING ALL)": (TableCreated(T, complete=False),),
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t USING gin (((a->>'x')::int), b) WHERE c > 1": (
        IndexCreated(
            "i",
            T,
            (None, "b"),
            ("(a->>'x')::int",),
            unique=True,
            concurrently=True,
            if_not_exists=True,
            only=True,
            using="gin",
            where="c > 1",
        ),
    ),
    "CREATE INDEX ON t (a) INCLUDE (b)": (IndexCreated(None, T, ("a",), include=("b",), labels=("a", "b")),),
    "DROP INDEX CONCURRENTLY IF EXISTS p.i, j": (
        ObjectDropped(Kind.INDEX, Name("p", "i"), if_exists=True, concurrently=True),
        ObjectDropped(Kind.INDEX, Name(None, "j"), if_exists=True, concurrently=True),
    ),
    "DROP TABLE t CASCADE": (ObjectDropped(Kind.TABLE, T, cascade=True),),
    "DROP TYPE IF EXISTS e": (ObjectDropped(Kind.TYPE, Name(None, "e"), if_exists=True),),
    "DROP TRIGGER g ON p.t": (ObjectDropped(Kind.TRIGGER, Name(None, "g"), Name("p", "t")),),
    "DROP FUNCTION f(int)": (ObjectDropped(Kind.FUNCTION, Name(None, "f"), arguments=("integer",)),),
    "DROP FUNCTION f": (ObjectDropped(Kind.FUNCTION, Name(None, "f")),),
    "DROP EXTENSION citext": (ObjectDropped(Kind.EXTENSION, Name(None, "citext")),),
    "DROP POLICY y ON t": (ObjectDropped(Kind.POLICY, Name(None, "y"), T),),
    "CREATE TYPE e AS ENUM ('a', 'b')": (EnumCreated(Name(None, "e"), ("a", "b")),),
    "ALTER TYPE e ADD VALUE IF NOT EXISTS 'c' BEFORE 'b'": (
        EnumValueAdded(Name(None, "e"), "c", if_not_exists=True, neighbour="b", after=False),
    ),
    "ALTER TYPE e RENAME VALUE 'a' TO 'b'": (EnumValueRenamed(Name(None, "e"), "a", "b"),),
    "CREATE EXTENSION IF NOT EXISTS citext": (ObjectCreated(Kind.EXTENSION, Name(None, "citext"), if_not_exists=True),),
    "CREATE OR REPLACE FUNCTION f() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql": (
        ObjectCreated(
            Kind.FUNCTION, Name(None, "f"), replace=True, uses=frozenset({Name(None, "trigger")}), arguments=()
        ),
    ),
    "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()": (
        ObjectCreated(Kind.TRIGGER, Name(None, "g"), T, uses=frozenset({T})),
    ),
    "CREATE VIEW v AS SELECT * FROM t": (ObjectCreated(Kind.VIEW, Name(None, "v"), uses=frozenset({T})),),
    "CREATE MATERIALIZED VIEW v AS SELECT * FROM t": (
        ObjectCreated(Kind.MATERIALIZED_VIEW, Name(None, "v"), uses=frozenset({T})),
    ),
    "CREATE SEQUENCE p.s": (ObjectCreated(Kind.SEQUENCE, Name("p", "s")),),
    "CREATE SCHEMA IF NOT EXISTS s": (ObjectCreated(Kind.SCHEMA, Name(None, "s"), if_not_exists=True),),
    "CREATE POLICY y ON t USING (true)": (
        ObjectCreated(
            Kind.POLICY,
            Name(None, "y"),
            T,
            uses=frozenset({T}),
            traits=(("command", "all"), ("kind", "PERMISSIVE"), ("roles", "PUBLIC"), ("using", "(true)")),
        ),
    ),
    "ALTER POLICY y ON t USING (a)": (
        ObjectAltered(Kind.POLICY, Name(None, "y"), "AlterPolicyStmt", T, (("using", "(a)"),)),
    ),
    "CREATE DOMAIN d AS int NOT NULL DEFAULT 1 CONSTRAINT c CHECK (VALUE > 0)": (
        ObjectCreated(
            Kind.DOMAIN,
            Name(None, "d"),
            traits=(("type", "integer"), ("null", "NOT NULL"), ("default", "1"), ("check c", "VALUE > 0")),
        ),
    ),
    "ALTER DOMAIN d DROP CONSTRAINT c": (
        ObjectAltered(Kind.DOMAIN, Name(None, "d"), "AlterDomainStmt", traits=(("check c", None),)),
    ),
    "CREATE SEQUENCE s AS integer START WITH 1 INCREMENT BY 2 OWNED BY t.a": (
        ObjectCreated(Kind.SEQUENCE, Name(None, "s"), traits=(("as", "integer"), ("increment", "2"))),
        SequenceOwned(Name(None, "s"), T, "a"),
    ),
    "CREATE FUNCTION f(a int, OUT b text, VARIADIC c text[]) RETURNS text LANGUAGE sql AS 'x'": (
        ObjectCreated(
            Kind.FUNCTION, Name(None, "f"), uses=frozenset({Name(None, "text")}), arguments=("integer", "text[]")
        ),
    ),
    "ALTER SEQUENCE s RESTART": (ObjectAltered(Kind.SEQUENCE, Name(None, "s"), "AlterSeqStmt", traits=()),),
    "ALTER FUNCTION f(int) OWNER TO them": (),
    "COMMENT ON COLUMN t.a IS 'x'": (Commented(Kind.COLUMN, T, "x", "a"),),
    "COMMENT ON TABLE t IS NULL": (Commented(Kind.TABLE, T, None),),
    "INSERT INTO t (a) VALUES (1)": (RowsWritten(T, "insert", columns=("a",)),),
    "UPDATE t SET a = 1 WHERE b": (RowsWritten(T, "update", filtered=True, columns=("a",)),),
    "DELETE FROM t": (RowsWritten(T, "delete"),),
    "TRUNCATE t, u": (RowsWritten(T, "truncate"), RowsWritten(Name(None, "u"), "truncate")),
    "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x": (RowsWritten(T, "delete"),),
    "SELECT setval('s', 1)": (RowsRead(("setval",)),),
    "GRANT SELECT ON t TO u": (Granted(),),
    "REVOKE SELECT ON t FROM u": (Granted(revoked=True),),
    "SET LOCAL lock_timeout TO '5s'": (SettingChanged("lock_timeout", "5s", local=True),),
    "RESET lock_timeout": (SettingChanged("lock_timeout"),),
    "LOCK TABLE t IN SHARE MODE": (Locked(T, 5),),
    "COMMIT": (TransactionControlled("COMMIT"),),
    "VACUUM t": (Maintained("VACUUM", T),),
    "VACUUM (FULL, ANALYZE) t": (Maintained("VACUUM FULL", T),),
    "VACUUM (FULL false) t": (Maintained("VACUUM", T),),
    "ANALYZE t": (Maintained("ANALYZE", T),),
    "REINDEX (CONCURRENTLY off) TABLE t": (Maintained("REINDEX", T),),
    "ALTER TABLE t ATTACH PARTITION u DEFAULT": (
        TableAltered(T, "AttachPartition", other=Name(None, "u"), values=("DEFAULT",)),
    ),
    "ALTER TABLE t DETACH PARTITION u CONCURRENTLY": (
        TableAltered(T, "DetachPartition", other=Name(None, "u"), concurrently=True),
    ),
    "ALTER TABLE t SET (fillfactor = 70)": (TableAltered(T, "SetRelOptions", options=("fillfactor",), values=("70",)),),
    "ALTER INDEX i ATTACH PARTITION j": (ObjectAltered(Kind.INDEX, Name(None, "i"), "AttachPartition"),),
    "TRUNCATE t CASCADE": (RowsWritten(T, "truncate", cascade=True),),
    "SELECT 1 FROM t FOR UPDATE": (RowsRead(locks_rows=True),),
    "REINDEX INDEX CONCURRENTLY i": (Maintained("REINDEX", Name(None, "i"), concurrently=True, kind=Kind.INDEX),),
    "REFRESH MATERIALIZED VIEW v": (Maintained("REFRESH MATERIALIZED VIEW", Name(None, "v")),),
    "DO $$ BEGIN NULL; END $$": (Unknown("a DO block"),),
    "CALL p()": (Unknown("a call of a procedure"),),
}


@pytest.mark.parametrize(("sql", "expected"), EFFECTS.items(), ids=EFFECTS)
def test_a_statement_does_what_it_says(sql: str, expected: tuple[Effect, ...]) -> None:
    (statement,) = read(sql)

    assert statement.effects == expected
    assert sql[statement.start : statement.end] == sql


def test_statements_stand_where_they_are_written_in_any_script() -> None:
    text = "SELECT 'ü'; -- ; not here\n  COMMENT ON TABLE é IS 'ß;'  ;\nSELECT $x$ ; $x$"

    statements = read(text)

    assert [text[each.start : each.end] for each in statements] == [
        "SELECT 'ü'",
        "COMMENT ON TABLE é IS 'ß;'",
        "SELECT $x$ ; $x$",
    ]


def test_one_broken_statement_leaves_the_others_read() -> None:
    first, broken, last = read("DROP TABLE t; CREATE TABEL u (); DROP TABLE v")

    assert first.effects == (ObjectDropped(Kind.TABLE, T),)
    assert broken.effects == (Unknown('syntax error at or near "TABEL"'),)
    assert (broken.node, broken.dialect) == ("", Dialect.UNKNOWN)
    assert last.start == 33
    assert last.tables == {Name(None, "v")}


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("ALTER TABLE `t` ADD a int", Dialect.MYSQL),
        ("ALTER TABLE t MODIFY COLUMN a int", Dialect.MYSQL),
        ("CREATE TABLE t (a int) ENGINE=InnoDB", Dialect.MYSQL),
        ("PRAGMA foreign_keys = ON", Dialect.SQLITE),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", Dialect.SQLITE),
        ("CREATE TABLE t (id INT IDENTITY (1, 1))", Dialect.TSQL),
        ("whatever this is", Dialect.UNKNOWN),
    ],
)
def test_another_dialect_is_named(sql: str, dialect: Dialect) -> None:
    (statement,) = read(sql)

    assert statement.dialect is dialect
    (effect,) = statement.effects
    assert isinstance(effect, Unknown)
    assert effect.reason.startswith(dialect.value) or dialect is Dialect.UNKNOWN


HOSTILE = {
    "a NUL": "SELECT 1\0; DROP TABLE t",
    "too many characters": "SELECT '" + "a" * MAX_CHARACTERS + "'",
    "a chain that would overrun the stack": "SELECT 1" + "+1" * 200_000,
    "a deep chain within the bounds": "SELECT 1" + "+1" * (MAX_TOKENS // 2 - 10),
    "deep parentheses": "SELECT " + "(" * 9_000 + "1" + ")" * 9_000,
    "half a surrogate": "SELECT '\ud800'",
    "an open string": "SELECT 'a",
    "an open comment": "SELECT 1 /* a",
    "an open dollar quote": "SELECT $x$ a",
}


@pytest.mark.parametrize("sql", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_ends_neither_the_process_nor_the_reading(sql: str) -> None:
    statements = read(sql)

    assert all(0 <= statement.start <= statement.end <= len(sql) for statement in statements)
    assert statements


def test_nothing_is_no_statement() -> None:
    assert read("") == read(" ; ;\n-- only a comment\n") == ()
