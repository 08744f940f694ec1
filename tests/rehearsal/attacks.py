"""What a stranger may put into a migration, and what it gets: a pattern of the answer, or nothing at all."""

from dataclasses import dataclass
from typing import Final

DONE: Final = "^done$"  # it runs, for all the good it does
RIGHTS: Final = "more than the owner of a database may do"
ROOM: Final = "more room than a rehearsal has"
LONG: Final = "a statement took too long"
CLOCK: Final = "it took longer than"
LACKS: Final = "this PostgreSQL lacks what it needs"
PEEK: Final = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements"


@dataclass(frozen=True, slots=True)
class Attack:
    """Statements, each sent as Ecto would; the last or the first that fails is answered by *gets*."""

    name: str
    gets: str
    sql: tuple[str, ...]


def attack(name: str, gets: str, *sql: str) -> Attack:
    """Write an attack down."""
    return Attack(name, gets, sql)


def heavy(name: str, gets: str, *sql: str) -> Attack:
    """Write down an attack that a slow machine may stop before it meets its limit."""
    return Attack(name, f"{gets}|{LONG}", sql)


# {folder} is a folder of the machine that everybody may write to, {port} one that listens on its loopback.
FILES: Final = (
    attack("copy to a program", RIGHTS, "COPY (SELECT 1) TO PROGRAM 'touch {folder}/owned'"),
    attack("copy from a program", RIGHTS, "CREATE TABLE a (a text)", "COPY a FROM PROGRAM 'id'"),
    attack("copy from a file", RIGHTS, "CREATE TABLE b (a text)", "COPY b FROM '/etc/passwd'"),
    attack("copy to a file", RIGHTS, "COPY (SELECT 1) TO '{folder}/owned'"),
    attack("copy to the client", "copies from or to its client", "COPY (SELECT 1) TO STDOUT"),
    attack("copy from the client", "copies from or to its client", "CREATE TABLE c (a text)", "COPY c FROM STDIN"),
    attack("read a file", RIGHTS, "SELECT pg_read_file('/etc/passwd')"),
    attack("read a file's bytes", RIGHTS, "SELECT pg_read_binary_file('postgresql.conf')"),
    attack("list a folder", RIGHTS, "SELECT pg_ls_dir('/')"),
    attack("look at a file", RIGHTS, "SELECT pg_stat_file('/etc/passwd')"),
    attack("list the log", RIGHTS, "SELECT pg_ls_logdir()"),
    attack("import a large object", RIGHTS, "SELECT lo_import('/etc/passwd')"),
    attack("export a large object", RIGHTS, "SELECT lo_export(lo_from_bytea(0, 'x'), '{folder}/owned')"),
    attack("load a library", "not allowed|could not access", "LOAD '{folder}/evil.so'"),
    attack(
        "a function in C",
        RIGHTS,
        "CREATE FUNCTION system(text) RETURNS int AS '/lib/x86_64-linux-gnu/libc.so.6', 'system' LANGUAGE C",
    ),
    attack("an internal function", RIGHTS, "CREATE FUNCTION f(text) RETURNS text AS 'pg_read_file' LANGUAGE internal"),
    attack("a tablespace", RIGHTS, "CREATE TABLESPACE t LOCATION '{folder}'"),
    attack("read the settings' files", RIGHTS, "SELECT * FROM pg_hba_file_rules"),
    attack(
        "an external entity",
        "^(?!.*root:)",
        "SELECT xmlparse(DOCUMENT '<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><d>&e;</d>')",
    ),
)
REACH: Final = (
    attack("dblink", f"{RIGHTS}|{LACKS}", "CREATE EXTENSION dblink"),
    attack("postgres_fdw", f"{RIGHTS}|{LACKS}", "CREATE EXTENSION postgres_fdw"),
    attack("file_fdw", f"{RIGHTS}|{LACKS}", "CREATE EXTENSION file_fdw"),
    attack("adminpack", f"{RIGHTS}|{LACKS}", "CREATE EXTENSION adminpack"),
    attack("pageinspect", f"{RIGHTS}|{LACKS}", "CREATE EXTENSION pageinspect"),
    attack("Python", f"{RIGHTS}|{LACKS}", "CREATE EXTENSION plpython3u"),
    attack("Perl without its safe", f"{RIGHTS}|{LACKS}", "CREATE EXTENSION plperlu"),
    attack("an extension by a path", "invalid extension name", 'CREATE EXTENSION "../../../../{folder}/evil"'),
    attack("an extension among others", f"{RIGHTS}|{LACKS}", "DO 'BEGIN EXECUTE ''CREATE EXTENSION dblink''; END'"),
    attack("a language of one's own", RIGHTS, "CREATE LANGUAGE evil HANDLER plpgsql_call_handler"),
    attack("a foreign data wrapper", RIGHTS, "CREATE FOREIGN DATA WRAPPER w"),
    attack("a server without a wrapper", "does not exist", "CREATE SERVER s FOREIGN DATA WRAPPER dblink_fdw"),
    attack(
        "a subscription",
        RIGHTS,
        "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port={port}' PUBLICATION p WITH (connect = true)",
    ),
    attack("a publication of everything", RIGHTS, "CREATE PUBLICATION p FOR ALL TABLES"),
    attack("a replication slot", RIGHTS, "SELECT pg_create_physical_replication_slot('s')"),
)
POWER: Final = (
    attack("settings of the cluster", RIGHTS, "ALTER SYSTEM SET archive_command = 'touch {folder}/owned'"),
    attack("read the settings again", RIGHTS, "SELECT pg_reload_conf()"),
    attack("the owner's role", RIGHTS, "SET ROLE keeper"),
    attack("the owner's session", RIGHTS, "SET SESSION AUTHORIZATION keeper"),
    attack("a superuser", RIGHTS, "CREATE ROLE root SUPERUSER"),
    attack("a role", RIGHTS, "CREATE ROLE anybody LOGIN"),
    attack("be a superuser", RIGHTS, "ALTER ROLE postgres SUPERUSER"),
    attack("be one by the table", RIGHTS, "UPDATE pg_catalog.pg_authid SET rolsuper = true"),
    attack("run programs", RIGHTS, "GRANT pg_execute_server_program TO postgres"),
    attack("read files", RIGHTS, "GRANT pg_read_server_files TO postgres"),
    attack("signal sessions", RIGHTS, "GRANT pg_signal_backend TO postgres"),
    attack("be a member of the owner", RIGHTS, "GRANT keeper TO postgres"),
    attack("the owner's password", RIGHTS, "ALTER ROLE keeper PASSWORD ''"),
    attack("the owner's property", RIGHTS, "REASSIGN OWNED BY keeper TO postgres"),
    attack("drop the watcher", RIGHTS, "DROP ROLE watcher"),
    attack("fool the watcher's path", RIGHTS, "ALTER ROLE watcher SET search_path = public, pg_catalog"),
    attack("read passwords", RIGHTS, "SELECT * FROM pg_catalog.pg_shadow"),
    attack("another database", RIGHTS, "CREATE DATABASE other"),
    attack("no database", "currently open", "DROP DATABASE app"),
    attack("another name for the database", RIGHTS, "ALTER DATABASE app RENAME TO other"),
    attack("another owner of the database", RIGHTS, "ALTER DATABASE app OWNER TO keeper"),
    attack("a limit of one's own for all sessions to come", DONE, "ALTER ROLE postgres SET statement_timeout = 0"),
    attack("switch the log", RIGHTS, "SELECT pg_switch_wal()"),
    attack("end recovery", f"{RIGHTS}|recovery", "SELECT pg_promote()"),
    attack("what others ask", f"{RIGHTS}|{LACKS}|must be loaded", PEEK, "SELECT query FROM pg_stat_statements"),
    attack(
        "an event trigger",
        RIGHTS,
        "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION e()",
    ),
    attack("an access method", RIGHTS, "CREATE ACCESS METHOD m TYPE TABLE HANDLER heap_tableam_handler"),
    attack(
        "a binary cast", RIGHTS, "CREATE TYPE pair AS (a int, b int)", "CREATE CAST (pair AS bytea) WITHOUT FUNCTION"
    ),
    attack(
        "an operator class",
        RIGHTS,
        "CREATE OPERATOR CLASS o FOR TYPE int USING btree AS FUNCTION 1 btint4cmp(int, int)",
    ),
    attack("change the catalogue", RIGHTS, "SET allow_system_table_mods = on"),
    attack(
        "a function of the catalogue", RIGHTS, "CREATE FUNCTION pg_catalog.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    ),
    attack("a table of the catalogue", RIGHTS, "ALTER TABLE pg_catalog.pg_class ADD evil text"),
    attack("drop the catalogue", "required by the database system|more than", "DROP SCHEMA pg_catalog CASCADE"),
    attack("a library for each session", RIGHTS, "SET session_preload_libraries = '{folder}/evil'"),
    attack("a library for all sessions", RIGHTS, "ALTER DATABASE app SET session_preload_libraries = 'evil'"),
    attack("a library of the session's", DONE, "SET local_preload_libraries = 'evil'"),
    attack("a path to libraries", RIGHTS, "SET dynamic_library_path = '{folder}'"),
    attack("room for temporary files", RIGHTS, "SET temp_file_limit = -1"),
    attack("a deeper stack", RIGHTS, "SET max_stack_depth = '1GB'"),
    attack("a log", RIGHTS, "SET log_statement = 'all'"),
    attack("another folder", "cannot be changed", "SET data_directory = '{folder}'"),
    attack("a backup", f"{RIGHTS}|does not exist", "SELECT pg_backup_start('x')"),
    attack(
        "a function that runs as its owner",
        RIGHTS,
        "CREATE FUNCTION d() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT pg_read_file(''/etc/passwd'')'",
        "SELECT d()",
    ),
)
OTHERS: Final = (
    attack(
        "end the watcher", RIGHTS, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'watcher'"
    ),
    attack("stop the watcher", RIGHTS, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'watcher'"),
    attack(
        "end the server",
        DONE,
        "SELECT pg_terminate_backend(p) FROM generate_series(1, 99) p WHERE p <> pg_backend_pid() "
        "AND p NOT IN (SELECT pid FROM pg_stat_activity WHERE pid IS NOT NULL)",
    ),
    attack("end oneself", "terminating connection|closed", "SELECT pg_terminate_backend(pg_backend_pid())"),
    attack("lock the catalogue", RIGHTS, "BEGIN", "LOCK TABLE pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE"),
    heavy("all advisory locks", ROOM, "SELECT pg_advisory_lock(n) FROM generate_series(1, 1000000) n"),
    heavy(
        "all table locks",
        ROOM,
        "DO 'BEGIN FOR n IN 1..100000 LOOP EXECUTE format(''CREATE TEMP TABLE l%s ()'', n); END LOOP; END'",
    ),
    attack("a prepared transaction", "prepared transactions are disabled", "BEGIN", "PREPARE TRANSACTION 'x'"),
    attack(
        "leave the transaction", "invalid transaction termination", "BEGIN", "DO 'BEGIN COMMIT; PERFORM 1 / 0; END'"
    ),
    attack("two statements in one", "multiple commands", "SELECT 1; COPY (SELECT 1) TO PROGRAM 'id'"),
    attack(
        "a statement that pretends to be refused",
        "more than .*: PASS",
        "DO $$BEGIN RAISE 'PASS' USING ERRCODE = '42501'; END$$",
    ),
    attack("a name that ends the quotes", DONE, 'CREATE TABLE "x""; DROP ROLE watcher; --\' $$" ("*/ "" %s {0}" int)'),
    attack("a character that is none", "NUL", "SELECT '\0'"),
    attack("half a character", "half a character", "SELECT '\ud800'"),
    attack(
        "an encoding of one's own",
        "(?s)é|\ufffd",
        "SET client_encoding = 'LATIN1'",
        "DO $$BEGIN RAISE 'not UTF-8: é'; END$$",
    ),
    attack("bytes that are no text", "invalid byte sequence", "SELECT convert_from('\\xff', 'UTF8')"),
)
FOREVER: Final = (
    attack("sleep", LONG, "SELECT pg_sleep(1000000)"),
    attack("a loop", LONG, "DO 'BEGIN LOOP END LOOP; END'"),
    attack(
        "a query without end",
        f"{LONG}|{ROOM}",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    ),
    attack(
        "a product of rows",
        f"{LONG}|{ROOM}",
        "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b",
    ),
    attack(
        "a regular expression", f"{DONE}|{LONG}|too complex", "SELECT repeat('a', 5000) ~ '^(((a+)+)+)+(\\1\\2\\3)+b$'"
    ),
    attack("a pattern", f"{DONE}|{LONG}", "SELECT repeat('a', 100000) LIKE repeat('%a', 5000) || 'b'"),
    attack("wait for oneself", DONE, "SELECT pg_advisory_lock(1), pg_advisory_lock(1)"),
)
MEMORY: Final = (
    heavy("a long text", "invalid memory alloc|too large|more room", "SELECT repeat('x', 2000000000)"),
    heavy(
        "a text that doubles",
        f"{ROOM}|invalid memory|exceed|enlarge",
        "DO $$DECLARE t text := 'x'; BEGIN LOOP t := t || t; END LOOP; END$$",
    ),
    heavy(
        "a great array",
        f"{ROOM}|invalid memory",
        "SET work_mem = '2GB'",
        "SELECT array_agg(n) FROM generate_series(1, 1000000000) n",
    ),
    heavy(
        "a great hash",
        f"{ROOM}|invalid memory",
        "SET work_mem = '2GB'",
        "SET hash_mem_multiplier = 1000",
        "SELECT count(*) FROM (SELECT DISTINCT repeat('x', 1000) || n FROM generate_series(1, 100000000) n) x",
    ),
    heavy(
        "a great row",
        f"{ROOM}|{DONE}|invalid memory|enlarge",
        "SELECT " + ", ".join(["repeat('x', 60000000)"] * 20),
    ),
    heavy("a great message", ROOM, "DO $$BEGIN RAISE '%', repeat('x', 200000000); END$$"),
    heavy("a great literal", f"{ROOM}|{DONE}|invalid memory", f"SELECT '{'x' * 30_000_000}'"),
    heavy("a great expression", f"{ROOM}|stack depth", "SELECT " + "+".join(["1"] * 300_000)),
    heavy("deep parentheses", f"{ROOM}|stack depth|memory exhausted", "SELECT " + "(" * 100_000 + "1" + ")" * 100_000),
    heavy("deep brackets", "stack depth|nested", "SELECT repeat('[', 10000000)::json"),
    heavy(
        "a function that calls itself",
        "stack depth",
        "CREATE FUNCTION r(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN r($1 + 1); END'",
        "SELECT r(1)",
    ),
    heavy(
        "a trigger that calls itself",
        "stack depth",
        "CREATE TABLE rt (a int)",
        "CREATE FUNCTION rt() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO rt VALUES (1); RETURN NEW; END'",
        "CREATE TRIGGER rt BEFORE INSERT ON rt FOR EACH ROW EXECUTE FUNCTION rt()",
        "INSERT INTO rt VALUES (1)",
    ),
    heavy(
        "a rule that calls itself",
        "infinite recursion",
        "CREATE TABLE ru (a int)",
        "CREATE RULE ru AS ON INSERT TO ru DO ALSO INSERT INTO ru VALUES (1)",
        "INSERT INTO ru VALUES (1)",
    ),
    heavy(
        "an entity bomb",
        "invalid|entity|unsupported|could not parse",
        'SELECT xmlparse(DOCUMENT \'<!DOCTYPE d [<!ENTITY a0 "ha">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        + "]><d>&a11;</d>')",
    ),
    heavy(
        "a great error",
        "more than .*: x{100,}…",
        "DO $$BEGIN RAISE '%', repeat('x', 1000000) USING ERRCODE = '42501'; END$$",
    ),
    heavy(
        "many notices",
        DONE,
        "DO $$BEGIN FOR n IN 1..20000 LOOP RAISE NOTICE '%', repeat('x', 1000); END LOOP; END$$",
    ),
    heavy("many rows", DONE, "SELECT repeat('x', 1000) FROM generate_series(1, 300000)"),
    heavy(
        "temporary files",
        ROOM,
        "SET work_mem = '64kB'",
        "SELECT count(*) FROM (SELECT n FROM generate_series(1, 100000000) n ORDER BY random()) x",
    ),
)
SHADOWS: Final = (
    attack(
        "a function of a known name",
        DONE,
        "CREATE FUNCTION public.pg_get_indexdef(oid) RETURNS text LANGUAGE sql AS 'SELECT ''evil'''",
    ),
    attack(
        "an operator of a known name",
        DONE,
        "CREATE FUNCTION public.never(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT false'",
        "CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = public.never)",
    ),
    attack("a table of a known name", DONE, "CREATE TABLE public.pg_locks (evil int)"),
    attack("a view of a known name", DONE, "CREATE VIEW public.pg_class AS SELECT 'evil'::text AS relname"),
    attack("a temporary table of a known name", DONE, "CREATE TEMP TABLE pg_class (evil int)"),
    attack("a path for all sessions", DONE, "ALTER DATABASE app SET search_path = public, pg_catalog"),
    attack(
        "a cast of known types",
        DONE,
        "CREATE FUNCTION public.text(regclass) RETURNS text LANGUAGE sql AS 'SELECT ''evil'''",
    ),
)
ATTACKS: Final = FILES + REACH + POWER + OTHERS + FOREVER + MEMORY + SHADOWS

# These end the server; each gets one of its own.
FATAL: Final = (
    attack("a loop without a limit", CLOCK, "SET statement_timeout = 0", "DO 'BEGIN LOOP END LOOP; END'"),
    attack(
        "a loop that will not be told",
        CLOCK,
        "DO 'BEGIN LOOP BEGIN LOOP END LOOP; EXCEPTION WHEN query_canceled THEN END; END LOOP; END'",
    ),
    attack("a sleep without a limit", CLOCK, "SET statement_timeout = 0", "SELECT pg_sleep(1000)"),
)
FILLING: Final = (
    attack(
        "a table",
        f"{ROOM}|broke down|wrote more",
        "CREATE TABLE t (a text)",
        "INSERT INTO t SELECT repeat(md5(n::text), 30) FROM generate_series(1, 10000000) n",
    ),
    attack(
        "an unlogged table",
        f"{ROOM}|broke down|wrote more",
        "CREATE UNLOGGED TABLE t (a text)",
        "INSERT INTO t SELECT repeat(md5(n::text), 30) FROM generate_series(1, 10000000) n",
    ),
    attack(
        "large objects",
        f"{ROOM}|broke down|wrote more",
        "SELECT lo_from_bytea(0, decode(repeat(md5(n::text), 4000), 'hex')) FROM generate_series(1, 100000) n",
    ),
    attack(
        "the queue of notifications",
        f"{ROOM}|broke down|wrote more|{CLOCK}|too many",
        "LISTEN l",
        "SELECT pg_notify('l', repeat('x', 7900) || n) FROM generate_series(1, 10000000) n",
    ),
)
