"""What is true of every program: places nest, and a piece cut out by its place is read as it was."""

import json
import shutil

from hypothesis import HealthCheck, assume, given, settings

from rules.elixir.errors import ElixirSyntaxError
from rules.elixir.parser import parse, read
from rules.elixir.quoted import encode
from rules.elixir.syntax import (
    Atom,
    Call,
    CaptureIndex,
    Fragment,
    Keyword,
    List,
    Modifiers,
    Name,
    Pair,
    Syntax,
    Tuple,
    Variable,
    children,
    same,
    walk,
)
from rules.source import SourceFile
from tests.rules.elixir.golden.regenerate import ask
from tests.rules.elixir.golden.sources import read_line
from tests.rules.elixir.programs import PROGRAMS

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
NOT_ALONE = (Name, Fragment, Modifiers, CaptureIndex, Keyword)  # these need what stands around them


def tree_of(program: str) -> Syntax | None:
    try:
        return parse(SourceFile("a.exs", program))
    except ElixirSyntaxError:
        return None


def stands_alone(node: Syntax, text: str) -> bool:
    """Tell whether what stands at the place of *node* is an expression of its own."""
    if isinstance(node, Call):
        mark = node.name_token.kind if node.name_token else ""
        implied = node.form in (".", "->", "%{}", "|", "<<>>", "when", "::") or mark in ("UNBROKEN", "NAME")
        return not implied and node.end > node.start
    if isinstance(node, Pair):
        return isinstance(node, Tuple)
    if isinstance(node, List):
        return node.brackets
    if isinstance(node, Atom):
        return text not in ("do", "else", "->") and not isinstance(node, NOT_ALONE)
    return not isinstance(node, NOT_ALONE) and not (isinstance(node, Variable) and text in ("", "/"))


def unwrapped(tree: Syntax) -> Syntax:
    """Return the one expression in a block that Elixir puts around `!a`."""
    alone = isinstance(tree, Call) and tree.form == "__block__" and tree.name_token is None and len(tree.args) == 1
    return children(tree)[0] if alone else tree


@PATIENT
@given(PROGRAMS)
def test_the_place_of_a_part_lies_within_the_place_of_the_whole(program: str) -> None:
    tree = tree_of(program)
    assume(tree is not None)
    assert tree is not None

    for node in walk(tree):
        assert 0 <= node.start <= node.end <= len(program)
        for part in children(node):
            assert node.start <= part.start, (program, node.span, part.span)
            assert part.end <= node.end, (program, node.span, part.span)


@PATIENT
@given(PROGRAMS)
def test_a_piece_cut_out_by_its_place_is_read_as_it_was(program: str) -> None:
    tree = tree_of(program)
    assume(tree is not None)
    assert tree is not None

    for node in walk(tree):
        piece = program[node.start : node.end]
        if not stands_alone(node, piece):
            continue
        again = tree_of(piece)
        assert again is not None, (program, piece)
        assert same(unwrapped(again), unwrapped(node)), (program, piece)


@PATIENT
@given(PROGRAMS)
def test_what_parses_is_read_without_errors_and_what_does_not_with_some(program: str) -> None:
    tree = tree_of(program)

    parsed = read(SourceFile("a.exs", program))

    assert bool(parsed.errors) == (tree is None)
    assert tree is None or same(tree, parsed.tree)


def test_elixir_reads_and_refuses_the_same_programs() -> None:
    """Where Elixir is not installed, the programs that it would be asked about are at least both read and refused."""
    programs: list[str] = []

    @settings(PATIENT, max_examples=300, database=None, derandomize=True)
    @given(PROGRAMS)
    def collect(program: str) -> None:
        programs.append(program)

    collect()
    asked = tuple(dict.fromkeys(programs))
    ours = [line_of(program) for program in asked]

    theirs = [_without_words(line) for line in ask(asked)] if shutil.which("elixir") else ours

    assert {"refused" in line for line in ours} == {True, False}
    assert ours == theirs


def line_of(program: str) -> str:
    source = SourceFile("a.exs", program)
    try:
        tree = parse(source)
    except ElixirSyntaxError:
        return f"refused: {program}"
    return read_line(program, encode(tree, source, full=False), encode(tree, source, full=True))


def _without_words(line: str) -> str:
    golden = json.loads(line)
    return f"refused: {golden['source']}" if "error" in golden else line
