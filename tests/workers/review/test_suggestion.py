"""A suggestion does on a click exactly what its rewrite does, or there is none."""

from hypothesis import given
from hypothesis import strategies as st

from rules.rewrite.edit import Edit, NewMigration, Rewrite, Safety, apply
from rules.source import SourceFile, Span
from tests.workers.review.samples import CONCURRENTLY, OUTSIDE_TRANSACTION, PATH, SOURCE, TEXT, rewrite, span_of
from workers.review.diff import Hunk, whole
from workers.review.suggestion import Suggestion, applied, suggestion

ALL = whole(SOURCE)


def test_one_line_is_replaced() -> None:
    assert suggestion(CONCURRENTLY, SOURCE, ALL) == Suggestion(
        5, 5, "    create index(:users, [:email], concurrently: true)\n"
    )


def test_edits_far_apart_replace_all_lines_between() -> None:
    assert suggestion(OUTSIDE_TRANSACTION, SOURCE, ALL) == Suggestion(
        3,
        6,
        "  @disable_ddl_transaction true\n\n  def change do\n    create index(:users, [:email])\n"
        "    create index(:users, [:name], concurrently: true)\n",
    )


def test_a_deleted_line_is_an_empty_suggestion() -> None:
    line = span_of("    create index(:users, [:email])\n")

    assert suggestion(rewrite(Edit(line, "")), SOURCE, ALL) == Suggestion(5, 5, "")


def test_a_joined_line_takes_the_next_along() -> None:
    line_break = Span(span_of("[:email])\n").end - 1, span_of("[:email])\n").end)

    assert suggestion(rewrite(Edit(line_break, ";")), SOURCE, ALL) == Suggestion(
        5, 6, "    create index(:users, [:email]);    create index(:users, [:name])\n"
    )


def test_lines_outside_of_the_hunk_make_it_impossible() -> None:
    assert suggestion(OUTSIDE_TRANSACTION, SOURCE, (Hunk(4, 8),)) is None
    assert suggestion(OUTSIDE_TRANSACTION, SOURCE, (Hunk(1, 4), Hunk(5, 8))) is None


def test_a_second_file_makes_it_impossible() -> None:
    two_steps = rewrite(*CONCURRENTLY.edits, follow_ups=[NewMigration("validate", "…")])

    assert suggestion(two_steps, SOURCE, ALL) is None


def test_line_breaks_of_windows_make_it_impossible() -> None:
    windows = SourceFile(PATH, TEXT.replace("\n", "\r\n"))
    edit = Edit(Span(windows.text.index("[:email]"), windows.text.index("[:email]")), "x")

    assert suggestion(rewrite(edit), windows, whole(windows)) is None


def test_what_changes_nothing_is_no_suggestion() -> None:
    span = span_of("[:email]")

    assert suggestion(rewrite(Edit(span, "[:email]")), SOURCE, ALL) is None


def test_what_a_reader_cannot_see_is_no_suggestion() -> None:
    assert suggestion(rewrite(Edit(span_of("[:email]"), "[:e\u202email]")), SOURCE, ALL) is None


def test_more_than_a_screen_is_no_suggestion() -> None:
    long = SourceFile(PATH, "a\n" * 100)
    far_apart = rewrite(Edit(Span(0, 1), "b"), Edit(Span(160, 161), "b"))

    assert suggestion(far_apart, long, whole(long)) is None


@given(st.data())
def test_a_click_does_what_the_rewrite_does(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="ab\n", min_size=1, max_size=30))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = SourceFile(PATH, text)
    edits = (Edit(Span(start, end), data.draw(st.text(alphabet="cd\n", max_size=8))),)

    offered = suggestion(Rewrite("Do it", Safety.SAFE, edits), source, whole(source))

    if offered:
        # GitHub ends each line that it writes.
        assert applied(offered, source).text.rstrip("\n") == apply(edits, source).text.rstrip("\n")
        assert offered.first <= offered.last <= source.lines
