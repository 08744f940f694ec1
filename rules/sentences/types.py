"""Types in people's words, and in Ecto's and PostgreSQL's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rules.ecto.types import ArrayType, NamedType
from rules.sentences.intent import Meaning, WantedType


@dataclass(frozen=True, slots=True)
class Kind:
    """A type as it was spoken of."""

    type: WantedType
    firm: bool  # it can only be a type; "date" and "number" are as well the ends of names, as in "phone number"
    plural: bool = False


# One line for each type: its name, and what people say. Behind the bar stand words that names end with as well.
LINES: Final = """
string: string, varchar, character varying, char, character, short text, str, word | url, link, single line
text: text, long text, longtext, long string, multiline text, free text, plain text | paragraph, textarea, text area
integer: integer, int, int4, whole number, numeric integer
integer: | cents, integer cents, number, counter, count, year, age, int number
bigint: bigint, big integer, big int, int8, long, long integer, bigger integer, 64 bit integer, 64-bit integer
bigint: | big number
smallint: smallint, small integer, small int, int2
boolean: boolean, bool, true or false, true/false, yes or no, yes/no, boolean flag | flag, toggle
decimal: decimal, numeric, decimal number, exact number, fixed point, bigdecimal | percentage, percent, rate
float: float, double, double precision, floating point, floating point number, real, float8
date: calendar date, date only, date type | date, day, birthday
time: time of day, time type | time
time_usec: time_usec
interval: interval | duration, time span, timespan
uuid: uuid, guid, uuidv4, uuid v4
binary_id: binary_id
id: id type
map: map, json, map, json object, json map, json blob, dictionary, key value map, hash map, hashmap
map: | hash, object, json data
jsonb: jsonb, binary json
citext: citext, ci text, case insensitive text, case insensitive string
binary: binary, bytea, blob, bytes, binary data, raw bytes
inet: inet, ip address | ip
cidr: cidr
macaddr: macaddr, mac address
tsvector: tsvector, ts vector, search vector
hstore: hstore
xml: xml
point: geometric point | point
geometry: geometry
geography: geography
serial: serial type | serial
bigserial: bigserial
timestamp: timestamp without time zone, timestamp without timezone
timestamptz: timestamptz, timestamp with time zone, timestamp with timezone, timestamp with tz
utc_datetime: utc_datetime, utc datetime
utc_datetime_usec: utc_datetime_usec, utc datetime usec, utc datetime with microseconds, timestamp with microseconds
naive_datetime: naive_datetime, naive datetime
naive_datetime_usec: naive_datetime_usec, naive datetime usec
int4range: int4range, integer range, range of integers, int range
int8range: int8range, bigint range
numrange: numrange, numeric range, decimal range
daterange: daterange, range of dates | date range
tsrange: tsrange
tstzrange: tstzrange, timestamp range, time range, range of timestamps, datetime range
"""
MEANINGS: Final[Mapping[Meaning, tuple[str, ...]]] = {
    Meaning.MONEY: ("money", "currency", "price", "monetary amount", "amount of money", "monetary value", "dollars"),
    Meaning.EMAIL: ("email", "email address", "e mail", "mail address", "e mail address"),
    Meaning.MOMENT: ("datetime", "date time", "date and time", "timestamp", "point in time", "moment", "time stamp"),
    Meaning.KEY: ("id", "identifier"),
}
FIRM_MEANINGS: Final = frozenset({"datetime"})
ARRAYS: Final = ("array", "list")
STRINGS: Final = ArrayType(NamedType("string"))


def _kinds() -> Iterator[tuple[str, Kind]]:
    for line in LINES.strip().splitlines():
        name, _, said = line.partition(":")
        firm, _, loose = said.partition("|")
        yield from ((word, Kind(NamedType(name), firm=True)) for word in map(str.strip, firm.split(",")) if word)
        yield from ((word, Kind(NamedType(name), firm=False)) for word in map(str.strip, loose.split(",")) if word)
    for meaning, words in MEANINGS.items():
        yield from ((word, Kind(meaning, firm=word in FIRM_MEANINGS)) for word in words)
    yield from ((word, Kind(STRINGS, firm=False)) for word in ARRAYS)


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith(("cy", "ry", "day")) and not word.endswith("ay") else word + "s"


def _phrases() -> Iterator[tuple[tuple[str, ...], Kind]]:
    for phrase, kind in _kinds():
        words = tuple(phrase.replace("-", " ").replace("/", " / ").split(" "))
        yield words, kind
        if not phrase.endswith("s") and phrase[-1].isalpha():
            yield (
                tuple(_plural(phrase).replace("-", " ").replace("/", " / ").split(" ")),
                replace(kind, plural=True),
            )


PHRASES: Final[Mapping[tuple[str, ...], Kind]] = dict(_phrases())
