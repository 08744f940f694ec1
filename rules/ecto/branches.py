"""Branches and loops: one way where the condition is known, every way supposed where it is not."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from rules.ecto.clauses import clause_fits, clauses_of, section
from rules.ecto.enumeration import items_of
from rules.ecto.errors import RaisedError
from rules.ecto.interpreter import Interpreter, Site, Word
from rules.ecto.scope import Frame, Unknown, truth
from rules.ecto.values import Map, Tuple, Value
from rules.elixir.syntax import Call, List, Pair, Syntax

Branch = Callable[[], Value]


def if_else(interpreter: Interpreter, site: Site) -> Value:
    """`if condition do ... else ... end`, also piped and with `unless`."""
    condition = site.piped[0] if site.piped else interpreter.evaluate(site.args[0], site.frame)
    bodies = site.args[-1]
    wanted = site.node.form == "if"
    decided = truth(condition)
    then, otherwise = section(bodies, "do"), section(bodies, "else")
    if decided is not None:
        return interpreter.block(then if decided is wanted else otherwise, site.frame.inner())
    return interpreter.suppose(
        [lambda: interpreter.block(then, site.frame.inner()), lambda: interpreter.block(otherwise, site.frame.inner())],
        site.node,
        site.frame,
        condition.reason if isinstance(condition, Unknown) else "",
    )


def case(interpreter: Interpreter, site: Site) -> Value:
    """`case value do pattern -> ... end`."""
    value = site.piped[0] if site.piped else interpreter.evaluate(site.args[0], site.frame)
    return choose(interpreter, clauses_of(section(site.args[-1], "do")), value, site)


def choose(interpreter: Interpreter, clauses: list[Call], value: Value, site: Site) -> Value:
    """Evaluate the first clause that takes *value*; where that cannot be told, suppose every one that may."""
    candidates: list[Branch] = []
    for clause in clauses:
        frame = site.frame.inner()
        fits = clause_fits(interpreter, clause, (value,), frame)
        if fits is False:
            continue
        candidates.append(partial(interpreter.evaluate, clause.args[1], frame))
        if fits:
            break
    else:
        if not candidates:
            raise RaisedError("CaseClauseError", "no case clause matching")
        return interpreter.suppose(candidates, site.node, site.frame, _reason(value))
    if len(candidates) == 1:
        return candidates[0]()
    return interpreter.suppose(candidates, site.node, site.frame, _reason(value))


def _reason(value: Value) -> str:
    return value.reason if isinstance(value, Unknown) else ""


def cond(interpreter: Interpreter, site: Site) -> Value:
    """`cond do condition -> ... end`."""
    candidates: list[Branch] = []
    for clause in clauses_of(section(site.args[-1], "do")):
        head = clause.args[0]
        frame = site.frame.inner()
        holds = truth(interpreter.evaluate(head.items[0], frame)) if isinstance(head, List) else None
        if holds is False:
            continue
        candidates.append(partial(interpreter.evaluate, clause.args[1], frame))
        if holds:
            if len(candidates) == 1:
                return candidates[0]()
            break
    return interpreter.suppose(candidates, site.node, site.frame)


def comprehension(interpreter: Interpreter, site: Site) -> Value:
    """`for pattern <- values, filter, into: ..., do: ...`."""
    options = [item for node in site.args if isinstance(node, List) for item in node.items if isinstance(item, Pair)]
    named = {getattr(item.left, "name", ""): item.right for item in options}
    steps: list[Syntax] = [node for node in site.args if not isinstance(node, List)]
    frame = site.frame.inner(shared=True)
    if "reduce" in named:
        return _reduced(interpreter, steps, named, frame, site)
    results: list[Value] = []
    body = named.get("do")

    def collect(inner: Frame) -> None:
        results.append(interpreter.block(body, inner))

    if not _step(interpreter, steps, frame, collect, site):
        return Unknown("a loop over what is not known")
    return _into(interpreter, named.get("into"), results, frame)


def _into(interpreter: Interpreter, into: Syntax | None, results: list[Value], frame: Frame) -> Value:
    target = interpreter.evaluate(into, frame) if into is not None else ()
    if isinstance(target, Map):
        pairs = [result.items for result in results if isinstance(result, Tuple)]
        return Map((*target.entries, *((pair[0], pair[1]) for pair in pairs)))
    if isinstance(target, str):
        return target + "".join(result for result in results if isinstance(result, str))
    return (*target, *results) if isinstance(target, tuple) else Unknown("a collection that reading does not know")


def _reduced(
    interpreter: Interpreter, steps: list[Syntax], named: Mapping[str, Syntax], frame: Frame, site: Site
) -> Value:
    state = [interpreter.evaluate(named["reduce"], frame)]

    def fold(inner: Frame) -> None:
        state[0] = choose(interpreter, clauses_of(named.get("do")), state[0], Site(site.node, (), inner))

    known = _step(interpreter, steps, frame, fold, site)
    return state[0] if known else Unknown("a loop over what is not known")


def _step(
    interpreter: Interpreter, steps: list[Syntax], frame: Frame, body: Callable[[Frame], None], site: Site
) -> bool:
    """Run the generators and filters from the first of *steps* on; tell whether all was known."""
    if not steps:
        body(frame)
        return True
    step, *rest = steps
    if not (isinstance(step, Call) and step.form == "<-"):
        holds = truth(interpreter.evaluate(step, frame))
        if holds is None:
            interpreter.suppose([lambda: _step(interpreter, rest, frame, body, site)], site.node, frame)
            return False
        return _step(interpreter, rest, frame, body, site) if holds else True
    source = interpreter.evaluate(step.args[1], frame)
    items = items_of(source)
    if items is None:
        inner = frame.inner(shared=True)
        unknown = source if isinstance(source, Unknown) else Unknown("the elements of what is not known")
        interpreter.matcher.match(step.args[0], unknown, inner)
        interpreter.suppose(
            [lambda: _step(interpreter, rest, inner, body, site)], site.node, frame, f"a loop over {unknown.reason}"
        )
        return False
    return _each(interpreter, step.args[0], items, frame, lambda inner: _step(interpreter, rest, inner, body, site))


def _each(
    interpreter: Interpreter, pattern: Syntax, items: Iterable[Value], frame: Frame, follow: Callable[[Frame], bool]
) -> bool:
    known = True
    for item in items:
        inner = frame.inner(shared=True)
        fits = interpreter.matcher.match(pattern, item, inner)
        if fits is not False:  # a generator skips what does not fit
            known = follow(inner) and known
    return known


def with_else(interpreter: Interpreter, site: Site) -> Value:
    """`with pattern <- value, ... do ... else ... end`."""
    bodies = site.args[-1]
    frame = site.frame.inner()
    others = clauses_of(section(bodies, "else"))
    undecided: Value = None
    for step in site.args[:-1]:
        if not (isinstance(step, Call) and step.form == "<-"):
            interpreter.evaluate(step, frame)
            continue
        value = interpreter.evaluate(step.args[1], frame)
        fits = interpreter.matcher.match(step.args[0], value, frame)
        if fits is False:
            return choose(interpreter, others, value, site) if others else value
        if fits is None:
            undecided = undecided or value
    body = partial(interpreter.block, section(bodies, "do"), frame)
    if undecided is None:
        return body()
    branches = [body, *(partial(interpreter.evaluate, clause.args[1], frame) for clause in others)]
    return interpreter.suppose(branches, site.node, site.frame, _reason(undecided))


def attempt(interpreter: Interpreter, site: Site) -> Value:
    """`try do ... rescue ... after ... end`."""
    bodies = site.args[-1]
    frame = site.frame.inner()
    try:
        result = interpreter.block(section(bodies, "do"), frame)
    except RaisedError:
        rescues = clauses_of(section(bodies, "rescue"))
        if not rescues:
            raise
        branches = [partial(interpreter.evaluate, clause.args[1], frame) for clause in rescues]
        result = branches[0]() if len(branches) == 1 else interpreter.suppose(branches, site.node, site.frame)
    interpreter.block(section(bodies, "after"), frame)
    return result


BRANCHES: Final[Mapping[str, Word]] = {
    "if": if_else,
    "unless": if_else,
    "case": case,
    "cond": cond,
    "for": comprehension,
    "with": with_else,
    "try": attempt,
}
