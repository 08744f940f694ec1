"""Runs Elixir symbolically: evaluates what is known, carries the unknown along, and lets commands happen on a runner.

The interpreter itself knows values, variables, functions, macros and modules. Words do the rest: the special forms, the
functions of Ecto.Migration, of Ecto.Query and of repos are vocabularies that it is given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeAlias

from rules.ecto.commands import Unread
from rules.ecto.errors import RaisedError, no_clause
from rules.ecto.objects import Builder
from rules.ecto.patterns import Matcher
from rules.ecto.place import Place
from rules.ecto.project import Project
from rules.ecto.runner import Runner, Supposed
from rules.ecto.scope import Definition, Frame, Function, Module, Quoted, Unknown, truth
from rules.ecto.values import Atom, Map, Tuple, Value, atom
from rules.elixir import syntax
from rules.elixir.syntax import Call, Charlist, List, Number, Pair, String, Syntax, Variable
from rules.source import Span

UNDECIDED: Final = "a condition that only the running system decides"
BUDGET: Final = 200_000  # nodes evaluated in one direction; the longest public migration needs 30,000
DEPTH: Final = 60  # calls within calls; Python's own stack bears some 900 of ours


class OverBudgetError(Exception):
    """The migration does more than reading follows."""


class CompileError(Exception):
    """Elixir would not compile the file."""

    def __init__(self, message: str, node: Syntax) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


@dataclass(slots=True)
class Site:
    """A call where it stands: its node, its arguments (a piped one is evaluated already), its frame."""

    node: Call
    args: tuple[Syntax, ...]
    frame: Frame
    piped: tuple[Value, Syntax] | None = None

    @property
    def arity(self) -> int:
        """The number of arguments, a block included."""
        return len(self.args) + (self.piped is not None)

    def place(self) -> Place:
        """Return the place of the call in the migration's own file."""
        if self.frame.site is not None:
            return Place(self.frame.site, None, shared=True)
        return Place(self.node, None if self.piped is None else self.piped[1], self.frame.shared)


Word: TypeAlias = Callable[["Interpreter", Site], Value]
Vocabulary: TypeAlias = Mapping[str, Word]
Library: TypeAlias = Mapping[str, Callable[..., Value]]


@dataclass(slots=True)
class Language:
    """The words that an interpreter understands."""

    forms: Vocabulary  # special forms and macros of Kernel: they see their arguments unevaluated
    kernel: Library  # functions of Kernel, by name
    library: Library  # functions of Elixir's own modules, by `Module.name`
    imported: Mapping[str, Vocabulary]  # words of modules by the module that brings them, such as Ecto.Migration
    remote: Callable[["Interpreter", str, str, Site], Value]  # any other call of another module
    undefined: Callable[["Interpreter", str, Site], Value]  # a local call of what nobody defines


@dataclass(slots=True)
class Interpreter:
    """One evaluation of one migration in one direction."""

    language: Language
    runner: Runner
    project: Project
    modules: dict[str, Module]
    budget: int = BUDGET
    depth: int = 0
    supposing: int = 0  # branches around what is evaluated that may not be taken
    active: list[list[Definition]] = field(default_factory=list)  # the functions that are being called
    matcher: Matcher = field(init=False)
    builder: Builder = field(init=False)

    def __post_init__(self) -> None:
        self.matcher = Matcher(self.evaluate)
        self.builder = Builder(self.project.version, self.project.repo, self.project.prefix)

    def evaluate(self, node: Syntax, frame: Frame) -> Value:
        """Return what *node* is worth, and do what it does."""
        self.budget -= 1
        if self.budget < 0:
            raise OverBudgetError
        return EVALUATORS[type(node)](self, node, frame)

    def block(self, node: Syntax | None, frame: Frame) -> Value:
        """Evaluate the body of a block."""
        return None if node is None else self.evaluate(node, frame)

    def call(self, node: Call, frame: Frame, piped: tuple[Value, Syntax] | None = None) -> Value:
        """Evaluate a call, with its first argument out of a pipe if there is one."""
        if isinstance(node.form, str):
            return self.local(node.form, Site(node, node.args, frame, piped))
        if isinstance(node.form, Call) and node.form.form == ".":
            return self._dotted(node, node.form, frame, piped)
        return self.unread(Site(node, node.args, frame, piped), "a call whose function is computed")

    def local(self, name: str, site: Site) -> Value:
        """Evaluate a call without a module in front."""
        word = self.language.forms.get(name)
        if word is not None:
            return word(self, site)
        frame = site.frame
        clauses = frame.module.definitions.get((name, site.arity))
        if clauses:
            return self.defined(clauses, site, frame.module)
        for imported in reversed(frame.module.imports):
            if imported.brings(name, site.arity):
                words = self.language.imported.get(imported.module)
                if words is not None and name in words:
                    return words[name](self, site)
                module = self.modules.get(imported.module)
                if module is not None and (clauses := module.clauses(name, site.arity)):
                    return self.defined(clauses, site, module)
        function = self.language.kernel.get(name)
        if function is not None:
            return self.apply(function, self.arguments(site), name)
        return self.language.undefined(self, name, site)

    def arguments(self, site: Site) -> list[Value]:
        """Evaluate the arguments of a call."""
        values = [self.evaluate(node, site.frame) for node in site.args]
        return values if site.piped is None else [site.piped[0], *values]

    def apply(self, function: Callable[..., Value], values: Sequence[Value], name: str) -> Value:
        """Call a function of the library; what it does not take is unknown."""
        for value in values:
            if isinstance(value, Unknown):
                return value
        try:
            return function(*values)
        except (ArithmeticError, AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError):
            return Unknown("a call that reading cannot follow", name)

    def defined(self, clauses: list[Definition], site: Site, module: Module) -> Value:
        """Call a function or macro of a module that was read."""
        if clauses[0].is_macro:
            values: list[Value] = [self._as_quoted(node, site.frame) for node in site.args]
            if site.piped is not None:
                values.insert(0, site.piped[0])
        else:
            values = self.arguments(site)
        outside = self._outside(site, clauses[0], module)
        result = self.invoke(clauses, values, module, outside, shared=True)
        return self.unquoted(result, site.frame) if clauses[0].is_macro else result

    def invoke(
        self, clauses: list[Definition], values: Sequence[Value], module: Module, site: Call | None, *, shared: bool
    ) -> Value:
        """Call the clause that fits *values*; where that cannot be told, suppose every one that may."""
        if self.supposing and any(clauses is one for one in self.active):  # what a turn may do is supposed already
            return Unknown("a recursion that only the running system ends")
        if self.depth >= DEPTH:
            raise OverBudgetError
        self.depth += 1
        self.active.append(clauses)
        try:
            candidates: list[tuple[Definition, Frame]] = []
            for clause in clauses:
                frame = Frame(module, {}, clause.attributes, site or clause.site, shared)
                fits = self._fits(clause, values, frame)
                if fits is False:
                    continue
                candidates.append((clause, frame))
                if fits:
                    break
            return self._choose(
                candidates,
                clauses[0],
                module.name.removeprefix("Elixir."),
                decided=len(candidates) == 1 and fits is True,
            )
        finally:
            self.depth -= 1
            self.active.pop()

    def _choose(
        self, candidates: list[tuple[Definition, Frame]], first: Definition, module: str, *, decided: bool
    ) -> Value:
        if not candidates:
            raise no_clause(f"{module}.{first.name}/{len(first.parameters)}")
        if decided:
            clause, frame = candidates[0]
            return self.block(clause.body, frame)
        return self.suppose(
            [partial(self.block, clause.body, frame) for clause, frame in candidates],
            first.node,
            candidates[0][1],
        )

    def _fits(self, clause: Definition, values: Sequence[Value], frame: Frame) -> bool | None:
        fits = self.matcher.match_all(clause.parameters, values, frame)
        if fits is False or clause.guard is None:
            return fits
        guarded = truth(self.evaluate(clause.guard, frame))
        return guarded if fits or guarded is False else None

    def function(self, arity: int, apply: Callable[[Sequence[Value]], Value]) -> Function:
        """Make a function value whose calls are bounded in depth."""

        def bounded(values: Sequence[Value]) -> Value:
            self.depth += 1
            if self.depth > DEPTH:
                self.depth -= 1
                raise OverBudgetError
            try:
                return apply(values)
            finally:
                self.depth -= 1

        return Function(arity, bounded)

    # --- what may or may not happen --------------------------------------------------------------------------------

    def suppose(self, branches: Sequence[Callable[[], Value]], node: Syntax, frame: Frame, reason: str = "") -> Value:
        """Evaluate branches of which any, or none, may be taken; what they would do becomes Unread in its place."""
        results: list[Value] = []
        every: list[Supposed] = []
        self.supposing += 1
        try:
            for branch in branches:
                with self.runner.supposing() as supposed:
                    results.append(branch())
                every.append(supposed)
        finally:
            self.supposing -= 1
        self.runner.note(every, self.span_of(node, frame), reason or UNDECIDED)
        if results and len(results) == len(branches) and all(result == results[0] for result in results):
            return results[0]
        return Unknown(reason or UNDECIDED)

    def span_of(self, node: Syntax, frame: Frame) -> Span:
        """Return the place of *node*, or of the call in the migration that stands for it."""
        return (frame.site or node).span

    def unread(self, site: Site, reason: str, subject: str = "", tables: frozenset[str] = frozenset()) -> Unknown:
        """Note that a call cannot be read."""
        place = site.place()
        self.runner.unread(Unread(place.span, reason, tables, (), subject))
        return Unknown(reason, subject, tables)

    # --- macros ----------------------------------------------------------------------------------------------------

    def unquoted(self, value: Value, frame: Frame) -> Value:
        """Run code that a macro gave, where the macro was called."""
        if not isinstance(value, Quoted):
            return value
        caller = frame.inner()
        caller.quoting = value.frame
        return self.evaluate(value.node, caller)

    def _as_quoted(self, node: Syntax, frame: Frame) -> Value:
        if isinstance(node, syntax.Atom | Number | String | List | Pair):
            return self.evaluate(node, frame)
        return Quoted(node, frame)

    # --- places ----------------------------------------------------------------------------------------------------

    def _outside(self, site: Site, clause: Definition, module: Module) -> Call | None:
        if site.frame.site is not None:
            return site.frame.site
        own = module.source is site.frame.module.source and clause.site is None
        return None if own else site.node

    def _dotted(self, node: Call, dot: Call, frame: Frame, piped: tuple[Value, Syntax] | None) -> Value:
        target = self.evaluate(dot.args[0], frame)
        site = Site(node, node.args, frame, piped)
        if len(dot.args) == 1:
            return self.call_function(target, self.arguments(site), site)
        name = dot.args[1].name if isinstance(dot.args[1], syntax.Atom) else ""
        if not isinstance(target, Atom):
            return self._field(target, name, site)
        return self.remote(target.name, name, site)

    def remote(self, module: str, name: str, site: Site) -> Value:
        """Evaluate a call of another module's function."""
        words = self.language.imported.get(module)
        if words is not None and name in words:
            return words[name](self, site)
        known = self.modules.get(module)
        if known is not None and (clauses := known.clauses(name, site.arity)):
            return self.defined(clauses, site, known)
        short = module.removeprefix("Elixir.")
        function = self.language.kernel.get(name) if short == "Kernel" else self.language.library.get(f"{short}.{name}")
        if function is not None:
            return self.apply(function, self.arguments(site), f"{short}.{name}/{site.arity}")
        return self.language.remote(self, module, name, site)

    def call_function(self, function: Value, values: Sequence[Value], site: Site) -> Value:
        """Call a function value; an unknown one may do anything."""
        if isinstance(function, Function) and function.arity == len(values):
            return function.apply(values)
        return self.unread(site, "a call whose function is computed")

    def _field(self, target: Value, name: str, site: Site) -> Value:
        if isinstance(target, Unknown):
            is_call = site.arity > 0 or site.node.closing is not None  # and no field of a row
            return self.unread(site, "a call of a module that is computed", name) if is_call else target
        entries = dict(target.entries) if isinstance(target, Map) else {}
        if not site.args and Atom(name) in entries:
            return entries[Atom(name)]
        return Unknown("a field that reading does not know", name)


def _atom(_: Interpreter, node: syntax.Atom, __: Frame) -> Value:
    return atom(node.name)


def _literal(_: Interpreter, node: Number | String, __: Frame) -> Value:
    return node.value


def _charlist(_: Interpreter, node: Charlist, __: Frame) -> Value:
    return tuple(ord(character) for character in node.value)


def _list(interpreter: Interpreter, node: List, frame: Frame) -> Value:
    items = node.items
    if items and isinstance(items[-1], Call) and items[-1].form == "|":
        head, tail = items[-1].args
        rest = interpreter.evaluate(tail, frame)
        first = [interpreter.evaluate(item, frame) for item in (*items[:-1], head)]
        return (*first, *rest) if isinstance(rest, tuple) else Unknown("a list whose tail is not known")
    return tuple([interpreter.evaluate(item, frame) for item in items])


def _pair(interpreter: Interpreter, node: Pair, frame: Frame) -> Value:
    return Tuple((interpreter.evaluate(node.left, frame), interpreter.evaluate(node.right, frame)), node)


def _variable(interpreter: Interpreter, node: Variable, frame: Frame) -> Value:
    if node.name in frame.variables:
        return frame.variables[node.name]
    return _call(interpreter, Call(node.start, node.end, node.name, (), None), frame)


def _call(interpreter: Interpreter, node: Call, frame: Frame) -> Value:
    try:
        return interpreter.call(node, frame)
    except RaisedError as error:
        if error.span is None:
            error.span = interpreter.span_of(node, frame)
        raise
    except (AttributeError, LookupError, TypeError, ValueError):
        # A call that no Elixir would take either, such as one without its arguments: nothing is guessed about it.
        span = interpreter.span_of(node, frame)
        interpreter.runner.unread(Unread(span, "a call in a form that reading does not know"))
        return Unknown("a call in a form that reading does not know")


def _error(interpreter: Interpreter, node: syntax.Error, frame: Frame) -> Value:
    interpreter.runner.unread(Unread(interpreter.span_of(node, frame), f"syntax that cannot be read: {node.message}"))
    return Unknown("syntax that cannot be read")


class _Evaluators(dict[type, Callable[[Interpreter, Any, Frame], Value]]):
    """What evaluates each kind of node; a kind that is not listed is evaluated as the kind that it is of."""

    def __missing__(self, kind: type) -> Callable[[Interpreter, Any, Frame], Value]:
        self[kind] = self[kind.__base__ or object]
        return self[kind]


EVALUATORS: Final = _Evaluators(
    {
        syntax.Atom: _atom,
        Number: _literal,
        String: _literal,
        Charlist: _charlist,
        List: _list,
        Pair: _pair,
        Variable: _variable,
        Call: _call,
        syntax.Error: _error,
    }
)
