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
# Each query yields a row for each thing: what it goes with, its name in words, and its attributes under their names.
QUERIES: Final = (
    # Relations, and all that PostgreSQL keeps of one as such.
    """
    SELECT 'table `' || o.name || '`',
      format('%s `%s`', CASE r.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
                        ELSE 'table' END, r.name),
      c.description AS comment,
      CASE r.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END AS persistence,
      array_to_string(r.reloptions, ', ') AS options,
      concat_ws(' ', CASE WHEN r.relrowsecurity THEN 'enabled' END, CASE WHEN r.relforcerowsecurity THEN 'forced' END)
        AS "row level security",
      r.relreplident::text AS "replica identity",
      CASE r.relkind WHEN 'p' THEN pg_get_partkeydef(r.oid) END AS "partition key",
      pg_get_expr(r.relpartbound, r.oid) AS bounds,
      (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = r.oid)
        AS parents,
      CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END AS definition
    FROM relations r
    LEFT JOIN pg_depend d ON r.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = r.oid
              AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    LEFT JOIN relations o ON o.oid = d.refobjid
    LEFT JOIN pg_description c ON c.objoid = r.oid AND c.classoid = 'pg_class'::regclass AND c.objsubid = 0
    WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    """,
    """
    SELECT 'table `' || name || '`', format('column `%s.%s`', name, attname),
      format_type(atttypid, atttypmod) AS type,
      CASE WHEN attnotnull THEN 'NOT NULL' ELSE 'nullable' END AS nullness,
      CASE WHEN attgenerated = '' THEN pg_get_expr(adbin, adrelid) END AS default,
      CASE WHEN attgenerated <> '' THEN pg_get_expr(adbin, adrelid) END AS generation,
      CASE attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity,
      (SELECT collname FROM pg_collation WHERE oid = nullif(attcollation, typcollation)) AS collation,
      CASE WHEN attstorage <> typstorage THEN attstorage::text END AS storage,
      nullif(attstattarget::text, '-1') AS "statistics target",
      -- PostgreSQL's minor releases of 2026 count changes of a type among the options; pg_dump leaves that out, too.
      (SELECT string_agg(option, ', ') FROM unnest(attoptions) AS option WHERE option NOT LIKE 'pg_attver=%')
        AS options,
      description AS comment
    FROM relations r JOIN pg_attribute a ON attrelid = r.oid AND attnum > 0 AND NOT attisdropped
    JOIN pg_type t ON t.oid = atttypid
    LEFT JOIN pg_attrdef d ON adrelid = r.oid AND adnum = attnum
    LEFT JOIN pg_description c ON objoid = r.oid AND classoid = 'pg_class'::regclass AND objsubid = attnum
    WHERE relkind IN ('r', 'p', 'f')
    """,
    """
    SELECT 'table `' || t.name || '`', format('index `%s` on `%s`', x.relname, t.name),
      pg_get_indexdef(indexrelid) AS definition,
      CASE WHEN indisvalid THEN 'valid' ELSE 'invalid' END AS state,
      concat_ws(', ', CASE WHEN indisclustered THEN 'clustered' END,
                CASE WHEN indisreplident THEN 'replica identity' END) AS use,
      description AS comment
    FROM pg_index i JOIN relations x ON x.oid = indexrelid JOIN relations t ON t.oid = indrelid
    LEFT JOIN pg_description ON objoid = indexrelid AND classoid = 'pg_class'::regclass AND objsubid = 0
    WHERE indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))
    """,
    """
    SELECT 'table `' || name || '`', format('constraint `%s` on `%s`', conname, name),
      pg_get_constraintdef(c.oid) AS definition, description AS comment
    FROM pg_constraint c JOIN relations r ON r.oid = conrelid
    LEFT JOIN pg_description ON objoid = c.oid AND classoid = 'pg_constraint'::regclass
    WHERE contype IN ('c', 'f', 'p', 'u', 'x')
    """,
    """
    SELECT 'table `' || name || '`', format('trigger `%s` on `%s`', tgname, name),
      pg_get_triggerdef(t.oid) AS definition, tgenabled::text AS state, obj_description(t.oid, 'pg_trigger') AS comment
    FROM pg_trigger t JOIN relations r ON r.oid = tgrelid WHERE NOT tgisinternal
    """,
    """
    SELECT 'table `' || name || '`', format('rule `%s` on `%s`', rulename, name), pg_get_ruledef(w.oid) AS definition
    FROM pg_rewrite w JOIN relations r ON r.oid = ev_class WHERE rulename <> '_RETURN'
    """,
    """
    SELECT 'table `' || name || '`', format('policy `%s` on `%s`', polname, name),
      polcmd::text AS command, CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END AS kind,
      polroles::regrole[]::text AS roles, pg_get_expr(polqual, polrelid) AS condition,
      pg_get_expr(polwithcheck, polrelid) AS check, obj_description(p.oid, 'pg_policy') AS comment
    FROM pg_policy p JOIN relations r ON r.oid = polrelid
    """,
    """
    SELECT 'table `' || name || '`', format('statistics `%s`', stxname), pg_get_statisticsobjdef(s.oid) AS definition
    FROM pg_statistic_ext s JOIN relations r ON r.oid = stxrelid
    """,
    """
    SELECT NULL, format('sequence `%s`', name), format_type(seqtypid, NULL) AS type, seqcycle::text AS cycle,
      format('from %s by %s, %s to %s, %s at once', seqstart, seqincrement, seqmin, seqmax, seqcache) AS numbers,
      refobjid::regclass || '.' || attname AS owner
    FROM relations r JOIN pg_sequence ON seqrelid = r.oid
    LEFT JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = r.oid AND refclassid = classid
              AND deptype IN ('a', 'i')
    LEFT JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
    """,
    """
    SELECT NULL, format('type `%s%s`', prefix, typname),
      (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
        AS values,
      CASE typtype WHEN 'd' THEN format_type(typbasetype, typtypmod) END AS base,
      typdefault AS default,
      CASE WHEN typnotnull THEN 'NOT NULL' END AS nullness,
      (SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), ', ' ORDER BY conname) FROM pg_constraint
       WHERE contypid = t.oid AND contype = 'c') AS constraints,
      (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute
       WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped) AS attributes,
      (SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = t.oid) AS subtype,
      obj_description(t.oid, 'pg_type') AS comment
    FROM pg_type t JOIN spaces s ON s.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
    WHERE (typtype IN ('e', 'd', 'r') OR relkind = 'c')
    AND NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_type'::regclass AND objid = t.oid)
    """,
    """
    SELECT NULL, format('%s `%s%s(%s)`', CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate'
                        ELSE 'function' END, prefix, proname, pg_get_function_identity_arguments(p.oid)),
      CASE prokind WHEN 'a' THEN (SELECT concat_ws(' ', aggtransfn, aggfinalfn, agginitval) FROM pg_aggregate
                                  WHERE aggfnoid = p.oid) ELSE pg_get_functiondef(p.oid) END AS definition,
      obj_description(p.oid, 'pg_proc') AS comment
    FROM pg_proc p JOIN spaces s ON s.oid = pronamespace
    WHERE NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
    """,
    """
    SELECT NULL, format('extension `%s`', extname), extversion AS version, extnamespace::regnamespace::text AS schema
    FROM pg_extension
    """,
    """
    SELECT NULL, format('schema `%s`', nspname), obj_description(n.oid, 'pg_namespace') AS comment
    FROM pg_namespace n JOIN spaces USING (oid) WHERE nspname <> 'public'
    AND NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_namespace'::regclass AND objid = n.oid)
    """,
    # Whatever else a migration can make is there or not.
    """
    SELECT NULL, format('%s `%s`', type, identity), obj_description(other.objid, classid::regclass::name) AS comment
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
        answer = watcher.execute((OURS + query).encode())
        attributes = [column.name for column in answer.description or ()][2:]
        for owner, name, *values in answer.fetchall():
            _, known = found.setdefault(name, (owner, {}))
            known |= {attribute: value for attribute, value in zip(attributes, values, strict=True) if value}
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
        if thing is None or old == new or (thing.owner != name and thing.owner in lopsided):
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
