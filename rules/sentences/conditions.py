"""What the grammar's conditions come to: SQL in which columns still stand as they were spoken."""

from decimal import Decimal
from typing import Final, TypeAlias

from rules.rewrite.names import identifier
from rules.sentences.grammar import Rejected
from rules.sentences.said import Column, Formula, Spoken, Tables
from rules.sql.effects import Unknown
from rules.sql.reader import read

Tail: TypeAlias = tuple[str, Formula]  # what follows a column: an operator, and the rest
Operand: TypeAlias = Formula | Spoken  # a word that was spoken stands for text

OPPOSITES: Final = (
    ("=", "<>"),
    (">", "<="),
    ("<", ">="),
    ("IS NULL", "IS NOT NULL"),
    ("IN", "NOT IN"),
    ("BETWEEN", "NOT BETWEEN"),
)
INVERSE: Final = dict([*OPPOSITES, *(pair[::-1] for pair in OPPOSITES)])
LENGTH: Final = "char_length "
NOTHING: Final = Formula(())
RAW: Final = frozenset(" <>=()")


def quoted(text: str) -> str:
    """Return *text* as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def sql(value: str) -> Formula:
    """Return a formula of plain SQL."""
    return Formula((value,))


def old_column(name: Spoken) -> Column:
    """Read a column by its name."""
    return Column(name)


def owned(table: Spoken, name: Spoken) -> Column:
    """Read a column of a table: "the user's email"."""
    return Column(name, table)


def it() -> Column:
    """Read the column of which was spoken."""
    return Column(None)


def operand(of: Column) -> Formula:
    """Read a column in an expression."""
    return Formula((of,))


def placed_old(name: Spoken, target: object) -> Column:
    """Read a column with its table: "amount on orders"."""
    match target:
        case Tables(names=(table,)):
            return Column(name, table)
        case _:
            raise Rejected


def operand_of(of: Column, target: object) -> Formula:
    """Read a column with its table, in an expression."""
    if of.table is not None or of.name is None:
        raise Rejected
    return operand(placed_old(of.name, target))


def number(value: Decimal | int) -> Formula:
    """Read a number."""
    return sql(str(value))


def text(value: str) -> Formula:
    """Read a literal."""
    return sql(quoted(value))


def bracketed(inner: Formula) -> Formula:
    """Read an expression in brackets."""
    return sql("(") + inner + ")"


def arithmetic(left: Formula, operator: str, right: Formula) -> Formula:
    """Read a sum or a product."""
    return left + f" {operator} " + right


def call(function: Spoken, *arguments: Formula) -> Formula:
    """Read a function's value."""
    name = "char_length" if function.identifier == "length" else function.identifier
    formula = sql(f"{identifier(name)}(") + arguments[0]
    for argument in arguments[1:]:
        formula = formula + ", " + argument
    return formula + ")"


def length_of(of: Column) -> Formula:
    """How many characters a text has."""
    return sql("char_length(") + operand(of) + ")"


def tail(operator: str, right: Operand) -> Tail:
    """Read a comparison without its left side."""
    if isinstance(right, Formula):
        return operator, right
    if operator not in {"=", "<>"}:
        raise Rejected
    return operator, text(right.text)


def is_word(word: Spoken) -> Tail:
    """Read "is active": the text of that word."""
    return "=", text(word.text)


def between(low: Formula, high: Formula) -> Tail:
    """Read a range, with both its ends."""
    return "BETWEEN", low + " AND " + high


def among(values: tuple[str, ...]) -> Tail:
    """One of several texts."""
    return "IN", sql(f"({', '.join(map(_literal, values))})")


def _literal(value: str) -> str:
    return value if value.isascii() and value.isdigit() else quoted(value)


def inverse(of: Tail) -> Tail:
    """Read the opposite of a comparison."""
    operator, right = of
    if operator.startswith(LENGTH):
        return LENGTH + INVERSE[operator.removeprefix(LENGTH)], right
    if operator not in INVERSE:
        raise Rejected
    return INVERSE[operator], right


def long_at_least(count: int) -> Tail:
    """As many characters, or more."""
    return "char_length >=", sql(str(count))


def longer_than(count: int) -> Tail:
    """More characters."""
    return "char_length >", sql(str(count))


def compared(left: Formula, of: Tail) -> Formula:
    """Read a comparison."""
    operator, right = of
    if operator.startswith(LENGTH):
        return sql("char_length(") + left + f") {operator.removeprefix(LENGTH)} " + right
    return left + f" {operator}" + (sql(" ") + right if right.parts else NOTHING)


def compared_not(left: Formula, of: Tail) -> Formula:
    """Read the opposite of a comparison."""
    return compared(left, inverse(of))


def negated(inner: Formula) -> Formula:
    """Read the opposite of a condition."""
    bare = len(inner.parts) == 1 and isinstance(inner.parts[0], Column)
    return sql("NOT ") + inner if bare else sql("NOT (") + inner + ")"


def either(left: Formula, right: Formula) -> Formula:
    """One condition or the other."""
    return Formula((left + " OR " + right).parts, loose=True)


def both(left: Formula, right: Formula) -> Formula:
    """Both conditions."""
    return _tight(left) + " AND " + _tight(right)


def _tight(inner: Formula) -> Formula:
    return bracketed(inner) if inner.loose else inner


def raw(text_: str) -> Formula:
    """Read a condition in quotes: SQL as it stands."""
    if RAW.isdisjoint(text_) or not is_sql("SELECT ({})", text_):
        raise Rejected
    return Formula((text_,), raw=True)


def raw_part(text_: str) -> Formula:
    """Read a part of an index in quotes: SQL as it stands."""
    if RAW.isdisjoint(text_) or not is_sql("CREATE INDEX ON t ({})", text_):
        raise Rejected
    return Formula((text_,), raw=True)


def is_sql(place: str, text_: str) -> bool:
    """Tell whether a text is SQL in its *place*, and ends there."""
    statements = read(place.format(text_))
    return len(statements) == 1 and not any(isinstance(effect, Unknown) for effect in statements[0].effects)


TAILS: Final[dict[str, Tail]] = {
    "is_null": ("IS NULL", NOTHING),
    "is_not_null": ("IS NOT NULL", NOTHING),
    "positive": (">", sql("0")),
    "negative": ("<", sql("0")),
    "non_negative": (">=", sql("0")),
    "zero": ("=", sql("0")),
    "non_zero": ("<>", sql("0")),
    "is_true": ("=", sql("TRUE")),
    "is_false": ("=", sql("FALSE")),
    "empty": ("=", sql("''")),
    "not_empty": ("<>", sql("''")),
}
OPERATORS: Final = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "=", "ne": "<>"} | {
    "plus": "+",
    "minus": "-",
    "star": "*",
    "slash": "/",
}
OPERANDS: Final = {
    "now_operand": sql("now()"),
    "true_operand": sql("TRUE"),
    "false_operand": sql("FALSE"),
}
