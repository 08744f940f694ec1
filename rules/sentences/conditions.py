"""What the grammar's conditions come to: SQL in which columns still stand as they were spoken."""

from decimal import Decimal
from typing import Final, TypeAlias

from rules.rewrite.names import identifier
from rules.sentences.grammar import Rejected
from rules.sentences.said import Column, Formula, Spoken

Tail: TypeAlias = tuple[str, Formula]  # what follows a column: an operator, and the rest
Operand: TypeAlias = Formula | Spoken  # a word that was spoken stands for text

INVERSE: Final = {"=": "<>", "<>": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<"} | {
    f"{one}{word}": f"{other}{word}"
    for word in ("NULL", "IN", "BETWEEN")
    for one, other in (("IS ", "IS NOT "), ("IS NOT ", "IS "), ("", "NOT "), ("NOT ", ""))
}
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
    """A column by its name."""
    return Column(name)


def owned(table: Spoken, name: Spoken) -> Column:
    """A column of a table: "the user's email"."""
    return Column(name, table)


def it() -> Column:
    """The column of which was spoken."""
    return Column(None)


def operand(of: Column) -> Formula:
    """A column in an expression."""
    return Formula((of,))


def placed_old(name: Spoken, target: object) -> Column:
    """A column with its table: "amount on orders"."""
    names = getattr(target, "names", ())
    if len(names) != 1:
        raise Rejected
    return Column(name, names[0])


def operand_of(of: Column, target: object) -> Formula:
    """A column with its table, in an expression."""
    if of.table is not None or of.name is None:
        raise Rejected
    return operand(placed_old(of.name, target))


def number(value: Decimal | int) -> Formula:
    """A number."""
    return sql(str(value))


def text(value: str) -> Formula:
    """A literal."""
    return sql(quoted(value))


def bracketed(inner: Formula) -> Formula:
    """An expression in brackets."""
    return sql("(") + inner + ")"


def arithmetic(left: Formula, operator: str, right: Formula) -> Formula:
    """A sum or a product."""
    return left + f" {operator} " + right


def call(function: Spoken, *arguments: Formula) -> Formula:
    """A function's value."""
    name = "char_length" if function.identifier == "length" else function.identifier
    formula = sql(f"{identifier(name)}(") + arguments[0]
    for argument in arguments[1:]:
        formula = formula + ", " + argument
    return formula + ")"


def length_of(of: Column) -> Formula:
    """How many characters a text has."""
    return sql("char_length(") + operand(of) + ")"


def word_operand(word: Spoken) -> Spoken:
    """A word that stands for text."""
    return word


def tail(operator: str, right: Operand) -> Tail:
    """A comparison without its left side."""
    if isinstance(right, Formula):
        return operator, right
    if operator not in {"=", "<>"}:
        raise Rejected
    return operator, text(right.text)


def is_word(word: Spoken) -> Tail:
    """ "is active": the text of that word."""
    return "=", text(word.text)


def between(low: Formula, high: Formula) -> Tail:
    """A range, with both its ends."""
    return "BETWEEN", low + " AND " + high


def among(values: tuple[str, ...]) -> Tail:
    """One of several texts."""
    return "IN", sql(f"({', '.join(map(_literal, values))})")


def not_among(values: tuple[str, ...]) -> Tail:
    """None of several texts."""
    return inverse(among(values))


def _literal(value: str) -> str:
    return value if value.isascii() and value.isdigit() else quoted(value)


def inverse(of: Tail) -> Tail:
    """The opposite of a comparison."""
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
    """A comparison."""
    operator, right = of
    if operator.startswith(LENGTH):
        return sql("char_length(") + left + f") {operator.removeprefix(LENGTH)} " + right
    return left + f" {operator}" + (sql(" ") + right if right.parts else NOTHING)


def compared_not(left: Formula, of: Tail) -> Formula:
    """The opposite of a comparison."""
    return compared(left, inverse(of))


def flag_condition(of: Column) -> Formula:
    """A boolean column by itself."""
    return operand(of)


def negated(inner: Formula) -> Formula:
    """The opposite of a condition."""
    bare = len(inner.parts) == 1 and isinstance(inner.parts[0], Column)
    return sql("NOT ") + inner if bare else sql("NOT (") + inner + ")"


def grouped(inner: Formula) -> Formula:
    """A condition in brackets, which it needs only within another."""
    return inner


def either(left: Formula, right: Formula) -> Formula:
    """One condition or the other."""
    return Formula((left + " OR " + right).parts, loose=True)


def both(left: Formula, right: Formula) -> Formula:
    """Both conditions."""
    return _tight(left) + " AND " + _tight(right)


def _tight(inner: Formula) -> Formula:
    return bracketed(inner) if inner.loose else inner


def raw(text_: str) -> Formula:
    """A condition in quotes: SQL as it stands."""
    if RAW.isdisjoint(text_):
        raise Rejected
    return Formula((text_,), raw=True)


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
