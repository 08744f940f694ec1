"""What a database consists of, read from PostgreSQL's own catalogue, and in what two readings differ.

Nothing here depends on the order of columns, on numbers that a server gives, on owners or on grants. What an extension
brings is the extension's, and what Ecto keeps for itself is not looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import psycopg

from rules.schema.comparison import Difference

# A thing is known by a name in words, with what it goes with; each of its attributes has a value.
Catalogue: TypeAlias = Mapping[str, "Thing"]
OURS: Final = """
WITH brought AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
spaces AS (
  SELECT oid, CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END AS prefix FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
relations AS (
  SELECT c.*, prefix || relname AS name FROM pg_class c JOIN spaces s ON s.oid = relnamespace
  WHERE relname <> 'schema_migrations'
  AND NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_class'::regclass AND objid = c.oid)
)
"""
# Each query yields rows of what a thing goes with, the thing, one of its attributes, and its value.
QUERIES: Final = (
    # Relations, and all that PostgreSQL keeps of one as such.
    """
    SELECT 'table `' || owning || '`', format('%s `%s`', kind, name), attribute, value FROM (
      SELECT *, (SELECT o.name FROM pg_depend JOIN relations o ON o.oid = refobjid
                 WHERE classid = 'pg_class'::regclass AND objid = relations.oid AND deptype IN ('a', 'i')
                 AND relations.relkind = 'S' LIMIT 1) AS owning,
                CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
                ELSE 'table' END AS kind
      FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    ) r CROSS JOIN LATERAL (VALUES
      ('comment', obj_description(r.oid, 'pg_class')),
      ('persistence', CASE relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END),
      ('options', array_to_string(reloptions, ', ')),
      ('row level security', concat_ws(' ', CASE WHEN relrowsecurity THEN 'enabled' END,
                                       CASE WHEN relforcerowsecurity THEN 'forced' END)),
      ('replica identity', relreplident::text),
      ('partition key', pg_get_partkeydef(r.oid)),
      ('bounds', pg_get_expr(relpartbound, r.oid)),
      ('parents', (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits
                   WHERE inhrelid = r.oid)),
      ('definition', CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END)
    ) AS a (attribute, value)
    """,
    """
    SELECT 'table `' || name || '`', format('column `%s.%s`', name, attname), attribute, value
    FROM relations r JOIN pg_attribute a ON attrelid = r.oid AND attnum > 0 AND NOT attisdropped
    JOIN pg_type t ON t.oid = atttypid
    LEFT JOIN pg_attrdef d ON adrelid = r.oid AND adnum = attnum
    CROSS JOIN LATERAL (VALUES
      ('type', format_type(atttypid, atttypmod)),
      ('nullness', CASE WHEN attnotnull THEN 'NOT NULL' ELSE 'nullable' END),
      (CASE WHEN attgenerated = '' THEN 'default' ELSE 'generation' END, pg_get_expr(adbin, adrelid)),
      ('identity', CASE attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END),
      ('collation', (SELECT collname FROM pg_collation WHERE oid = nullif(attcollation, typcollation))),
      ('storage', CASE WHEN attstorage <> typstorage THEN attstorage::text END),
      ('statistics target', nullif(attstattarget::text, '-1')),
      -- PostgreSQL's minor releases of 2026 count changes of a type among the options; pg_dump leaves that out, too.
      ('options', (SELECT string_agg(option, ', ') FROM unnest(attoptions) AS option
                   WHERE option NOT LIKE 'pg_attver=%')),
      ('comment', col_description(r.oid, attnum))
    ) AS v (attribute, value)
    WHERE relkind IN ('r', 'p', 'f')
    """,
    """
    SELECT 'table `' || t.name || '`', format('index `%s` on `%s`', x.relname, t.name), attribute, value
    FROM pg_index i JOIN relations x ON x.oid = indexrelid JOIN relations t ON t.oid = indrelid
    CROSS JOIN LATERAL (VALUES
      ('definition', pg_get_indexdef(indexrelid)),
      ('state', CASE WHEN indisvalid THEN 'valid' ELSE 'invalid' END),
      ('use', concat_ws(', ', CASE WHEN indisclustered THEN 'clustered' END,
                        CASE WHEN indisreplident THEN 'replica identity' END)),
      ('comment', obj_description(indexrelid, 'pg_class'))
    ) AS a (attribute, value)
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
    """,
    """
    SELECT 'table `' || name || '`', format('constraint `%s` on `%s`', conname, name), attribute, value
    FROM pg_constraint c JOIN relations r ON r.oid = conrelid
    CROSS JOIN LATERAL (VALUES
      ('definition', pg_get_constraintdef(c.oid)), ('comment', obj_description(c.oid, 'pg_constraint'))
    ) AS a (attribute, value)
    WHERE contype IN ('c', 'f', 'p', 'u', 'x')
    """,
    """
    SELECT 'table `' || name || '`', format('trigger `%s` on `%s`', tgname, name), attribute, value
    FROM pg_trigger t JOIN relations r ON r.oid = tgrelid CROSS JOIN LATERAL (VALUES
      ('definition', pg_get_triggerdef(t.oid)), ('state', tgenabled::text),
      ('comment', obj_description(t.oid, 'pg_trigger'))
    ) AS a (attribute, value)
    WHERE NOT tgisinternal
    """,
    """
    SELECT 'table `' || name || '`', format('rule `%s` on `%s`', rulename, name), 'definition', pg_get_ruledef(w.oid)
    FROM pg_rewrite w JOIN relations r ON r.oid = ev_class WHERE rulename <> '_RETURN'
    """,
    """
    SELECT 'table `' || name || '`', format('policy `%s` on `%s`', polname, name), attribute, value
    FROM pg_policy p JOIN relations r ON r.oid = polrelid CROSS JOIN LATERAL (VALUES
      ('command', polcmd::text), ('kind', CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END),
      ('roles', polroles::regrole[]::text), ('condition', pg_get_expr(polqual, polrelid)),
      ('check', pg_get_expr(polwithcheck, polrelid)), ('comment', obj_description(p.oid, 'pg_policy'))
    ) AS a (attribute, value)
    """,
    """
    SELECT 'table `' || name || '`', format('statistics `%s`', stxname), 'definition', pg_get_statisticsobjdef(s.oid)
    FROM pg_statistic_ext s JOIN relations r ON r.oid = stxrelid
    """,
    """
    SELECT NULL, format('sequence `%s`', name), attribute, value
    FROM relations r JOIN pg_sequence ON seqrelid = r.oid CROSS JOIN LATERAL (VALUES
      ('type', format_type(seqtypid, NULL)), ('cycle', seqcycle::text),
      ('numbers', format('from %s by %s, %s to %s, %s at once', seqstart, seqincrement, seqmin, seqmax, seqcache)),
      ('owner', (SELECT refobjid::regclass || '.' || attname FROM pg_depend
                 JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
                 WHERE classid = 'pg_class'::regclass AND objid = r.oid AND deptype IN ('a', 'i') LIMIT 1))
    ) AS a (attribute, value)
    """,
    """
    SELECT NULL, format('type `%s%s`', prefix, typname), attribute, value
    FROM pg_type t JOIN spaces s ON s.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
    CROSS JOIN LATERAL (VALUES
      ('values', (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum
                  WHERE enumtypid = t.oid)),
      ('base', CASE typtype WHEN 'd' THEN format_type(typbasetype, typtypmod) END),
      ('default', typdefault),
      ('nullness', CASE WHEN typnotnull THEN 'NOT NULL' END),
      ('constraints', (SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), ', ' ORDER BY conname)
                       FROM pg_constraint WHERE contypid = t.oid AND contype = 'c')),
      ('attributes', (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
                      FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped)),
      ('subtype', (SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = t.oid)),
      ('comment', obj_description(t.oid, 'pg_type'))
    ) AS a (attribute, value)
    WHERE (typtype IN ('e', 'd', 'r') OR relkind = 'c')
    AND NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_type'::regclass AND objid = t.oid)
    """,
    """
    SELECT NULL, format('%s `%s%s(%s)`', CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate'
           ELSE 'function' END, prefix, proname, pg_get_function_identity_arguments(p.oid)), attribute, value
    FROM pg_proc p JOIN spaces s ON s.oid = pronamespace CROSS JOIN LATERAL (VALUES
      ('definition', CASE prokind WHEN 'a' THEN (SELECT concat_ws(' ', aggtransfn, aggfinalfn, agginitval)
                     FROM pg_aggregate WHERE aggfnoid = p.oid) ELSE pg_get_functiondef(p.oid) END),
      ('comment', obj_description(p.oid, 'pg_proc'))
    ) AS a (attribute, value)
    WHERE NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
    """,
    """
    SELECT NULL, format('extension `%s`', extname), attribute, value FROM pg_extension CROSS JOIN LATERAL (VALUES
      ('version', extversion), ('schema', extnamespace::regnamespace::text)) AS a (attribute, value)
    """,
    """
    SELECT NULL, format('schema `%s`', nspname), 'comment', obj_description(n.oid, 'pg_namespace')
    FROM pg_namespace n JOIN spaces USING (oid) WHERE nspname <> 'public'
    AND NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_namespace'::regclass AND objid = n.oid)
    """,
    # Whatever else a migration can make is there or not.
    """
    SELECT NULL, format('%s `%s`', type, identity), 'comment', obj_description(other.objid, classid::regclass::name)
    FROM (
      SELECT 'pg_cast'::regclass::oid AS classid, oid AS objid FROM pg_cast
      UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
      UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
      UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
      UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
      UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
      UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
      UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
      UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
      UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
      UNION ALL SELECT 'pg_publication_rel'::regclass, oid FROM pg_publication_rel
      UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
      UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
    ) other CROSS JOIN LATERAL pg_identify_object(classid, objid, 0)
    WHERE objid >= 16384 AND NOT EXISTS (
      SELECT FROM brought WHERE brought.classid = other.classid AND brought.objid = other.objid
    )
    """,
)
INVALID: Final = "SELECT relname FROM pg_index JOIN relations r ON r.oid = indexrelid WHERE NOT indisvalid"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be made and dropped; *owner* is the thing that it goes with, as its name in words."""

    owner: str | None
    attributes: Mapping[str, str]


def catalogue(watcher: psycopg.Connection) -> Catalogue:
    """Return everything that migrations can make."""
    found: dict[str, tuple[str | None, dict[str, str]]] = {}
    for query in QUERIES:
        for owner, name, attribute, value in watcher.execute((OURS + query).encode()).fetchall():
            _, attributes = found.setdefault(name, (owner, {}))
            if value:
                attributes[attribute] = value
    return {name: Thing(*thing) for name, thing in found.items()}


def invalid_indexes(watcher: psycopg.Connection) -> tuple[str, ...]:
    """Return the indexes that no query uses, since their build was never finished."""
    return tuple(name for (name,) in watcher.execute((OURS + INVALID).encode()).fetchall())


def differences(before: Catalogue, after: Catalogue) -> Iterator[Difference]:
    """Yield what of *before* is missing, left over or changed in *after*; what goes with a missing thing is not told.

    The words are those of `rules.schema.comparison`.
    """
    lopsided = before.keys() ^ after.keys()
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        thing = old or new
        if thing is None or thing.owner in lopsided - {name}:
            continue
        if old is None or new is None:
            yield Difference(name, "there" if old else None, "there" if new else None)
        else:
            yield from _unlike(name, old.attributes, new.attributes)


def _unlike(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    plain = name.removeprefix("column ").removeprefix("table ")
    for attribute in sorted(old.keys() | new.keys()):
        before, after = old.get(attribute), new.get(attribute)
        if before == after:
            continue
        if attribute == "nullness" and before and after:
            yield Difference(plain, before, after)
        else:
            yield Difference(f"the {attribute} of {plain}", _shown(before), _shown(after))


def _shown(value: str | None) -> str:
    return "none" if value is None else f"`{value}`"
