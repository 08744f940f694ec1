"""Whatever a pull request holds, our Markdown shows it and does nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks.inert import HOSTILE, TRICKS, assert_inert, cells_of, fences_of
from workers.review.markdown import block, cell, code, is_visible, prose, visible, within


@pytest.mark.parametrize("text", HOSTILE, ids=TRICKS)
def test_a_name_is_shown_and_does_nothing(text: str) -> None:
    assert_inert(f"The table {code(text)} is locked")


@pytest.mark.parametrize("text", HOSTILE, ids=TRICKS)
def test_a_sentence_with_a_hostile_name_does_nothing(text: str) -> None:
    assert_inert(prose(f"Building this index blocks every write to `{text}`."))


@pytest.mark.parametrize("text", HOSTILE, ids=TRICKS)
def test_a_hostile_sentence_does_nothing(text: str) -> None:
    assert_inert(prose(text))


@pytest.mark.parametrize("text", HOSTILE, ids=TRICKS)
def test_a_hostile_sentence_below_another_does_nothing(text: str) -> None:
    assert_inert(f"A line above\n{prose(text)}")


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("`@#<>[]()!*_~|&\\\\:/.-+=1ax \n")), max_size=60))
def test_no_sentence_does_anything(text: str) -> None:
    assert_inert(prose(text))
    assert_inert(f"The table {code(text)} is locked")


@pytest.mark.parametrize("text", HOSTILE, ids=TRICKS)
def test_a_block_is_one_block(text: str) -> None:
    fences = fences_of(block(text, "suggestion"))

    read = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")  # as CommonMark has it
    assert [(fence.info, fence.content.rstrip("\n")) for fence in fences] == [("suggestion", read.rstrip("\n"))]


@pytest.mark.parametrize("text", HOSTILE, ids=TRICKS)
def test_a_cell_is_one_cell(text: str) -> None:
    table = f"| a | b |\n|---|---|\n| {cell(code(text))} | {cell(prose(text))} |\n"

    assert cells_of(table) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("users", "`users`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("", "`   `"),
        ("a\nb", r"`a\u{A}b`"),
        ("\u202eabc", r"`\u{202E}abc`"),
    ],
)
def test_a_code_span_shows_all_of_a_name(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It locks `users`, and waits.", "It locks `users`, and waits."),
        ("It asks @octocat to wait.", "It asks `@octocat` to wait."),
        ("Use `a``b` here.", "Use ```a``b``` here."),
        ("Version 20240101120000 is there twice.", "Version `20240101120000` is there twice."),
        ("It breaks at 5:12: a comma, on line 5.", "It breaks at 5:12: a comma, on line 5."),
        ("A lone ` stays.", "A lone `` ` `` stays."),
        ("`a`@team`` stays", "``` a@team`` ``` stays"),
    ],
)
def test_prose_keeps_plain_words_and_marks_the_others(text: str, expected: str) -> None:
    assert prose(text) == expected


def test_what_hides_from_a_reader_is_named_as_elixir_escapes_it() -> None:
    assert visible("a\u202e\u2066\u200b\x00b") == r"a\u{202E}\u{2066}\u{200B}\u{0}b"
    assert not is_visible("a\u2066b")
    assert is_visible("créer l'index → 表\n\t")


def test_what_does_not_fit_is_cut_between_lines_and_says_so() -> None:
    text = "\n".join(f"- line {number}" for number in range(1000))

    cut = within(text, 100)

    assert len(cut.encode()) <= 100
    assert cut.startswith("- line 0\n- line 1\n")
    assert cut.endswith("\n\n…")


def test_a_fence_that_is_cut_open_is_closed() -> None:
    code_block = block("x = 1\n" * 100, "elixir")

    cut = within(f"{code_block}\n\nafter", 60)

    assert cut.count("```") == 2
    assert cut.endswith("```\n…")
    assert len(cut.encode()) <= 60


def test_a_fence_that_could_not_be_closed_is_not_opened() -> None:
    cut = within(f"before\n{block('`' * 60, 'elixir')}", 100)

    assert cut == "before\n\n…"


def test_text_that_fits_is_left_alone() -> None:
    assert within("äöü", 6) == "äöü"


def test_hostile_input_takes_no_time() -> None:
    for text in ("-" * 60_000 + "@", "`" * 60_000, "` " * 30_000, "a`" * 30_000, ":" * 60_000):
        assert prose(text)
        assert code(text)


def test_what_ends_a_sentence_stays_out_of_its_last_name() -> None:
    assert prose("There is no extension pg_trgm.") == "There is no extension `pg_trgm`."
    assert prose("Is it a_b, or @c?") == "Is it `a_b`, or `@c`?"
    assert prose("...") == "..."
