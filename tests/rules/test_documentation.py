"""A docstring taken apart into what people read and what is tried."""

from rules.documentation import page

DOCSTRING = """One sentence that
goes on.

First paragraph.

Second one.

## Given
    ```elixir
    first
    ```

    ```elixir
    second
    ```

## Instead of
    ```elixir
    def change do
      hazard
    end
    ```

## Safe when
It is safe.

## Sources
- https://example.org/a and <https://example.org/b>
"""


def test_a_page_has_a_summary_prose_and_sections() -> None:
    read = page(DOCSTRING)

    assert read.summary == "One sentence that goes on."
    assert read.prose == "First paragraph.\n\nSecond one."
    assert [section.title for section in read.sections] == ["Given", "Instead of", "Safe when", "Sources"]


def test_blocks_lose_their_margin_and_nothing_else() -> None:
    read = page(DOCSTRING)

    assert read.given == ("first\n", "second\n")
    assert read.hazard == "def change do\n  hazard\nend\n"


def test_what_is_not_there_is_empty() -> None:
    read = page(DOCSTRING)

    assert read.rewritten == ()
    assert read.safe == ()


def test_sources_are_links() -> None:
    assert page(DOCSTRING).sources == ("https://example.org/a", "https://example.org/b")
