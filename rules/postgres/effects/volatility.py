"""Whether a default is worked out for each row, which is what makes PostgreSQL write a table anew for it."""

import re
from functools import lru_cache
from typing import Final

from rules.schema.model import Schema, Unsure
from rules.sql.effects import Kind, RowsRead
from rules.sql.names import Name
from rules.sql.reader import read

# Source: pg_proc.provolatile of PostgreSQL 18 and of its contrib modules; what defaults are made of.
WORKED_OUT: Final = """
    clock_timestamp currval gen_random_bytes gen_random_uuid gen_salt lastval nextval random random_normal setval
    timeofday uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7
"""
VOLATILE: Final = frozenset(WORKED_OUT.split())
THE_SAME: Final = """
    abs age array_agg array_append array_fill array_length array_to_string ceil coalesce concat concat_ws crypt
    current_database current_schema current_setting date_part date_trunc decode digest encode extract floor format
    greatest hmac hstore int4range int8range json_build_array json_build_object json_object jsonb_build_array
    jsonb_build_object jsonb_object least left length lower lpad make_date make_interval make_time make_timestamp
    make_timestamptz md5 now numrange daterange tsrange tstzrange nullif pg_backend_pid repeat replace right round
    rpad row_to_json sha256 sha512 statement_timestamp string_to_array substr substring timezone to_char to_date
    to_json to_jsonb to_number to_timestamp to_tsquery to_tsvector transaction_timestamp trim btrim ltrim rtrim trunc
    txid_current upper uuid_nil uuid_generate_v3 uuid_generate_v5 version point st_makepoint st_setsrid
"""
STEADY: Final = frozenset(THE_SAME.split())
DECLARED: Final = re.compile(r"\b(immutable|stable)\b", re.IGNORECASE)
INLINED: Final = re.compile(r"\blanguage\s+'?sql\b", re.IGNORECASE)
TEXT: Final = re.compile(r"\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.DOTALL)


def is_volatile(expression: str, schema: Schema) -> bool | None:
    """Tell whether *expression* is worked out for each row; None where a function in it is not known."""
    called = _functions(expression)
    if called is None:
        return None
    known = [_is_volatile(name.rpartition(".")[2], schema) for name in called]
    return True if True in known else None if None in known else False


@lru_cache(maxsize=512)
def _functions(expression: str) -> tuple[str, ...] | None:
    effects = [effect for statement in read(f"SELECT {expression}") for effect in statement.effects]
    (effect,) = effects if len(effects) == 1 else (None,)
    return effect.functions if isinstance(effect, RowsRead) else None


def _is_volatile(function: str, schema: Schema) -> bool | None:
    definitions = [
        thing.definition
        for thing in schema.things.values()
        if thing.kind is Kind.FUNCTION and thing.name.name == function
    ]
    if definitions:
        return _declares_volatile(definitions[-1])
    return True if function in VOLATILE else False if function in STEADY else None


def _declares_volatile(definition: str | Unsure) -> bool | None:
    said = TEXT.sub("", definition) if isinstance(definition, str) else ""
    if DECLARED.search(said) is not None:
        return False
    # PostgreSQL may put the body of an SQL function in place of its call, and judge that.
    return None if INLINED.search(said) or not said else True


def domain_is_checked(type_: str, schema: Schema) -> bool:
    """Tell whether a type is a domain that holds every value against a condition."""
    prefix, _, name = type_.rpartition(".")
    domain = schema.things.get((Kind.DOMAIN, None, Name(prefix or None, name)))
    said = domain.definition if domain is not None else ""
    return isinstance(said, str) and re.search(r"\bcheck\b|\bnot\s+null\b", said, re.IGNORECASE) is not None
