"""Elixir's longer words for what it refuses, as elixir_tokenizer.erl and elixir_parser.yrl have them."""

import re
from typing import Final

from rules.elixir.syntax import Atom, Charlist, Node, Number, String, Token

AMBIGUOUS_ARGUMENT: Final = (
    "unexpected comma. Parentheses are required to solve ambiguity in nested calls.\n\n"
    "This error happens when you have nested function calls without parentheses. For example:\n\n"
    "    one a, two b, c, d\n\n"
    'In the example above, we don\'t know if the parameters "c" and "d" apply to the function "one" or "two". '
    "You can solve this by explicitly adding parentheses:\n\n"
    "    one a, two(b, c, d)\n\n"
    "Or by adding commas (in case a nested call is not intended):\n\n"
    "    one, a, two, b, c, d\n\n"
    "Elixir cannot compile otherwise. Syntax error before: ','"
)
AMBIGUOUS_ELEMENT: Final = (
    "unexpected comma. Parentheses are required to solve ambiguity inside containers.\n\n"
    "This error may happen when you forget a comma in a list or other container:\n\n"
    "    [a, b c, d]\n\n"
    "Or when you have ambiguous calls:\n\n"
    "    [one, two three, four, five]\n\n"
    'In the example above, we don\'t know if the parameters "four" and "five" '
    'belongs to the list or the function "two". You can solve this by explicitly adding parentheses:\n\n'
    "    [one, two(three, four), five]\n\n"
    "Elixir cannot compile otherwise. Syntax error before: ','"
)
AFTER_KEYWORDS_OF_CALL: Final = (
    "unexpected expression after keyword list. Keyword lists must always come as the last argument. "
    "Therefore, this is not allowed:\n\n"
    "    function_call(1, some: :option, 2)\n\n"
    "Instead, wrap the keyword in brackets:\n\n"
    "    function_call(1, [some: :option], 2)\n\n"
    "Syntax error after: ','"
)
ALIAS_AFTER_ATOM: Final = (
    "atom cannot be followed by an alias. If the '.' was meant to be part of the atom's name, "
    "the atom name must be quoted. Syntax error before: '.'"
)
STRAY_STEP: Final = (
    "the range step operator (//) must immediately follow the range definition operator (..), for example: 1..9//2. "
    "If you wanted to define a default argument, use (\\\\) instead. Syntax error before: '//'"
)
LATE_CLAUSE: Final = (
    "unexpected operator ->. If you want to define multiple clauses, the first expression must use ->. "
    "Syntax error before: '->'"
)
FUNCTION_WITHOUT_CLAUSE: Final = "expected anonymous functions to be defined with -> inside: 'fn'"
PARENTHESES_AFTER_SPACE: Final = (
    "unexpected parentheses. If you are making a function call, do not insert spaces between the function name and the "
    "opening parentheses. Syntax error before: '('"
)
CALLED_ALIAS: Final = (
    "unexpected ( after alias {}. Function names and identifiers in Elixir start with lowercase characters or "
    "underscore. For example:\n\n"
    "    hello_world()\n    _starting_with_underscore()\n    numb3rs_are_allowed()\n"
    "    may_finish_with_question_mark?()\n    may_finish_with_exclamation_mark!()\n\n"
    "Unexpected token: ("
)
LETTER_AFTER_NUMBER: Final = (
    'invalid character "{0}" after number {1}. If you intended to write a number, make sure to separate the number '
    "from the character (using comma, space, etc). If you meant to write a function name or a variable, note that "
    "identifiers in Elixir cannot start with numbers. Unexpected token: {0}"
)
INVALID_IN_ALIAS: Final = (
    'invalid character "{0}" (code point U+{1:04X}) in alias '
    "(only ASCII characters, without punctuation, are allowed): {2}"
)
DO_AFTER_FN: Final = (
    "unexpected reserved word: do. Anonymous functions are written as:\n\n    fn pattern -> expression end"
)
STRAY_DO: Final = (
    'unexpected reserved word: do. In case you wanted to write a "do" expression, you must either use do-blocks or '
    "separate the keyword argument with comma. For example, you should either write:\n\n"
    "    if some_condition? do\n      :this\n    else\n      :that\n    end\n\n"
    "or the equivalent construct:\n\n"
    "    if(some_condition?, do: :this, else: :that)\n\n"
    'where "some_condition?" is the first argument and the second argument is a keyword list.\n\n'
    'You may see this error if you forget a trailing comma before the "do" in a "do" block'
)
_PLAIN_ATOM: Final = re.compile(r"[a-z][A-Za-z0-9_@]*")
_ERLANG_WORDS: Final = frozenset(
    {
        "after",
        "and",
        "begin",
        "case",
        "catch",
        "cond",
        "div",
        "end",
        "fun",
        "if",
        "not",
        "of",
        "or",
        "rem",
        "try",
        "when",
    }
)


def words(item: Token | Node) -> str:
    """Name a token as Elixir's parser does, which is to say as Erlang."""
    if isinstance(item, Token):
        return _atom({"MAP": "%{}", "SEPARATOR": "eol"}.get(item.kind, item.text))
    if isinstance(item, Atom):
        return _atom(item.name)
    if isinstance(item, Number):
        return f'"{item.value}"'
    return f'[<<"{item.value!s}">>]' if isinstance(item, String | Charlist) else "sigil"


def _atom(name: str) -> str:
    return name if not name or (_PLAIN_ATOM.fullmatch(name) and name not in _ERLANG_WORDS) else f"'{name}'"
