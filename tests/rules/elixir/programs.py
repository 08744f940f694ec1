"""Random Elixir programs, for properties of the parser."""

from typing import Final

from hypothesis import strategies as st

from rules.elixir import vocabulary

OPERATORS: Final = sorted(operator for operator, kind in vocabulary.OPERATORS.items() if kind in ("BINARY", "PIPE"))
NAMES: Final = st.sampled_from(["a", "b", "add", "été", "ok?", "run!", "_x", "create"])
ALIASES: Final = st.sampled_from(["A", "Ecto.Migration", "My.App1"])
BINARY: Final = st.sampled_from([*OPERATORS, "not in", "and", "or", "in", "when"])
PREFIX: Final = st.sampled_from(["-", "+", "!", "not ", "^", "@", "&"])
LITERALS: Final = st.sampled_from(
    ["1", "0x1F", "1_000", "1.5e3", "?a", "?\\n", ":ok", ':"a b"', ":+", "nil", "true", "[]", "%{}", "{}", "<<>>", ".."]
)
TEXTS: Final = st.sampled_from(
    ['"text"', '"a\\nb"', "'list'", "~w(a b)a", "~S[x]", '"""\n  here\n    doc\n  """', '""', '"e\u0301"', '"\\#{"']
)
SPACE: Final = st.sampled_from([" ", " ", "  ", "\n", " # why\n"])


def _joined(parts: st.SearchStrategy[str], *, separator: str = ", ", least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=least, max_size=3).map(separator.join)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    args = _joined(inner)
    some = _joined(inner, least=1)
    pairs = _joined(st.builds("{}: {}".format, NAMES, inner), least=1)
    body = _joined(inner, separator="\n", least=1)
    clauses = _joined(st.builds("{} ->{}{}".format, inner, SPACE, inner), separator="\n", least=1)
    return st.one_of(
        st.builds("{}{}{} {}".format, inner, SPACE, BINARY, inner),
        st.builds("{} {} {}".format, inner, BINARY, inner),
        st.builds("{}{}".format, PREFIX, inner),
        st.builds("({})".format, inner),
        st.builds("({}; {})".format, inner, inner),
        st.builds("[{}]".format, args),
        st.builds("{{{}}}".format, args),
        st.builds("<<{}>>".format, args),
        st.builds("%{{{}}}".format, pairs),
        st.builds("%{{{} => {}}}".format, inner, inner),
        st.builds("%{{{} | {}}}".format, NAMES, pairs),
        st.builds("%{}{{{}}}".format, ALIASES, pairs),
        st.builds("{}({})".format, NAMES, args),
        st.builds("{}({}, {})".format, NAMES, inner, pairs),
        st.builds("{} {}".format, NAMES, some),
        st.builds("{} {}, {}".format, NAMES, inner, pairs),
        st.builds("{}.{}({})".format, ALIASES, NAMES, args),
        st.builds("{}.{} {}".format, NAMES, NAMES, inner),
        st.builds("{}[{}]".format, NAMES, inner),
        st.builds("{}.({})".format, NAMES, args),
        st.builds('"a#{{{}}}b"'.format, inner),
        st.builds("~s(a#{{{}}})".format, inner),
        st.builds("fn {} -> {} end".format, NAMES, body),
        st.builds("{} {} do\n{}\nend".format, NAMES, inner, body),
        st.builds("{} {} do\n{}\nelse\n{}\nend".format, NAMES, inner, body, clauses),
        st.builds("case {} do\n{}\nend".format, inner, clauses),
        st.builds("@{} {}".format, NAMES, inner),
    )


EXPRESSIONS: Final = st.recursive(st.one_of(NAMES, ALIASES, LITERALS, TEXTS), _larger, max_leaves=12)
PROGRAMS: Final = _joined(EXPRESSIONS, separator="\n", least=1)
