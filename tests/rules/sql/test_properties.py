"""Any text at all is read to the end, and every statement stands within it."""

from hypothesis import given
from hypothesis import strategies as st

from rules.sql.reader import read

WORDS = st.sampled_from(
    [
        "SELECT",
        "CREATE",
        "TABLE",
        "t",
        "(",
        ")",
        ",",
        ";",
        "'",
        '"',
        "$$",
        "--",
        "/*",
        "*/",
        "\n",
        "1",
        "é",
        "::",
        "DROP",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join)))
def test_statements_follow_one_another_within_the_text(text: str) -> None:
    statements = read(text)

    places = [place for statement in statements for place in (statement.start, statement.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    assert all(statement.effects or statement.node for statement in statements)
