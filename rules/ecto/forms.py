"""The special forms of Elixir, and the macros of Kernel that decide what is evaluated."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from rules.ecto.branches import BRANCHES
from rules.ecto.clauses import clause_fits, parameters
from rules.ecto.errors import RaisedError, argument_error
from rules.ecto.inspect import inspect, to_string
from rules.ecto.interpreter import Interpreter, Site, Word
from rules.ecto.place import block_of
from rules.ecto.scope import Frame, Function, Quoted, Regex, Unknown, joined
from rules.ecto.structs import keywords
from rules.ecto.values import Atom, Map, Opaque, Struct, Tuple, Value
from rules.elixir.escapes import InvalidEscape, decoded, unescape
from rules.elixir.syntax import Atom as AtomNode
from rules.elixir.syntax import Call, Charlist, List, Number, Pair, String, Syntax, Variable

ELIXIR: Final = "Elixir."


def sequence(interpreter: Interpreter, site: Site) -> Value:
    """`__block__`: one after another, the last gives the value."""
    result: Value = None
    for node in site.args:
        result = interpreter.evaluate(node, site.frame)
    return result


def matching(interpreter: Interpreter, site: Site) -> Value:
    """`pattern = value`."""
    pattern, node = site.args
    value = interpreter.evaluate(node, site.frame)
    if interpreter.matcher.match(pattern, value, site.frame) is False:
        raise RaisedError("MatchError", "no match of right hand side value")
    return value


def pipe(interpreter: Interpreter, site: Site) -> Value:
    """`left |> right(...)`."""
    left, right = site.args
    value = interpreter.evaluate(left, site.frame)
    if isinstance(right, Variable):
        right = Call(right.start, right.end, right.name, (), None)
    if not isinstance(right, Call):
        return Unknown("a pipe into something that is no call")
    return interpreter.call(right, site.frame, (value, left))


def anonymous(interpreter: Interpreter, site: Site) -> Value:
    """`fn ... -> ... end`."""
    clauses = [clause for clause in site.args if isinstance(clause, Call) and clause.form == "->"]
    frame = site.frame

    def apply(values: Sequence[Value]) -> Value:
        candidates: list[Callable[[], Value]] = []
        decided = False
        for clause in clauses:
            inner = frame.inner(shared=True)
            fits = clause_fits(interpreter, clause, values, inner)
            if fits is False:
                continue
            candidates.append(partial(interpreter.evaluate, clause.args[1], inner))
            if fits:
                decided = len(candidates) == 1
                break
        if decided:
            return candidates[0]()
        if not candidates:
            raise RaisedError("FunctionClauseError", "no function clause matching in anonymous fn")
        return interpreter.suppose(candidates, site.node, frame)

    return interpreter.function(len(parameters(clauses[0])) if clauses else 0, apply)


def capture(interpreter: Interpreter, site: Site) -> Value:
    """`&name/1`, `&Module.name/1`, `&(&1 + 1)`, and `&1` inside one."""
    (node,) = site.args
    frame = site.frame
    if isinstance(node, Number):
        position = interpreter.evaluate(node, frame)
        return frame.variables.get(f"&{to_string(position)}", Unknown("a capture outside a function"))
    if isinstance(node, Call) and node.form == "/" and (named := _named(node)) is not None:
        return _reference(interpreter, named[0], named[1], frame)

    def apply(values: Sequence[Value]) -> Value:
        inner = frame.inner(shared=True)
        inner.variables.update({f"&{position}": value for position, value in enumerate(values, 1)})
        return interpreter.evaluate(node, inner)

    return interpreter.function(_highest(node), apply)


def _named(node: Call) -> tuple[Syntax, int] | None:
    target, arity = node.args
    count = getattr(arity, "value", None)
    is_name = isinstance(target, Variable) or (
        isinstance(target, Call) and isinstance(target.form, Call) and not target.args
    )
    return (target, count) if is_name and isinstance(count, int) else None


def _reference(interpreter: Interpreter, target: Syntax, arity: int, frame: Frame) -> Function:
    def apply(values: Sequence[Value]) -> Value:
        inner = frame.inner(shared=True)
        inner.variables.update({f"&{position}": value for position, value in enumerate(values, 1)})
        args = tuple(Variable(target.start, target.end, f"&{position + 1}") for position in range(len(values)))
        form = target.form if isinstance(target, Call) else getattr(target, "name", "")
        return interpreter.call(Call(target.start, target.end, form, args, None), inner)

    return interpreter.function(arity, apply)


def _highest(node: Syntax) -> int:
    if isinstance(node, Call):
        own = 0
        if node.form == "&" and len(node.args) == 1:
            own = getattr(node.args[0], "value", 0)
        inner = [_highest(part) for part in node.args]
        if not isinstance(node.form, str):
            inner.append(_highest(node.form))
        return max([int(own), *inner])
    if isinstance(node, List):
        return max((_highest(item) for item in node.items), default=0)
    if isinstance(node, Pair):
        return max(_highest(node.left), _highest(node.right))
    return 0


def attribute(interpreter: Interpreter, site: Site) -> Value:
    """`@name`."""
    (node,) = site.args
    if isinstance(node, Variable):
        return site.frame.attributes.get(node.name)
    return interpreter.evaluate(node, site.frame)


def alias_value(_: Interpreter, site: Site) -> Value:
    """`Some.Module`."""
    name = alias_name(site.node, site.frame)
    return Unknown("a module whose name is computed") if name is None else Atom(name)


def alias_name(node: Syntax, frame: Frame) -> str | None:
    """Return the module that `__aliases__` names, aliases followed."""
    if isinstance(node, Variable) and node.name == "__MODULE__":
        return frame.module.name
    if not (isinstance(node, Call) and node.form == "__aliases__"):
        return f"{node.name}" if isinstance(node, AtomNode) else None
    first, *rest = node.args
    if isinstance(first, AtomNode):
        base = frame.module.aliases.get(first.name, ELIXIR + first.name)
    elif isinstance(first, Variable) and first.name == "__MODULE__":
        base = frame.module.name
    else:
        return None
    return ".".join((base, *(part.name for part in rest if isinstance(part, AtomNode))))


def mapping(interpreter: Interpreter, site: Site) -> Value:
    """`%{key => value}` and `%{map | key: value}`."""
    args = site.args
    entries: dict[Value, Value] = {}
    if args and isinstance(args[0], Call) and args[0].form == "|":
        base = interpreter.evaluate(args[0].args[0], site.frame)
        if not isinstance(base, Map):
            return base if isinstance(base, Unknown) else Unknown("a change of a struct")
        entries.update(base.entries)
        update = args[0].args[1]
        args = update.items if isinstance(update, List) else args[0].args[1:]
    for pair in args:
        if isinstance(pair, Pair):
            key = interpreter.evaluate(pair.left, site.frame)
            entries[key] = interpreter.evaluate(pair.right, site.frame)
    return Map(tuple(entries.items()))


def struct(interpreter: Interpreter, site: Site) -> Value:
    """`%Name{...}`."""
    name, fields = site.args
    values = interpreter.evaluate(fields, site.frame)
    module = alias_name(name, site.frame)
    if module is None or not isinstance(values, Map):
        return Unknown("a struct that reading cannot follow")
    return Struct(module.removeprefix(ELIXIR), {to_string(key): value for key, value in values.entries})


def tuple_of(interpreter: Interpreter, site: Site) -> Value:
    """Make `{a, b, c}`."""
    return Tuple(tuple([interpreter.evaluate(node, site.frame) for node in site.args]))


def binary(interpreter: Interpreter, site: Site) -> Value:
    """Make an interpolated string, or `<<1, 2>>`."""
    parts = [_segment(interpreter, node, site.frame) for node in site.args]
    if all(isinstance(part, str | Unknown) for part in parts):
        return joined(parts)
    if all(isinstance(part, int) for part in parts):
        return decoded(bytes(part % 256 for part in parts if isinstance(part, int)))
    return Opaque(f"<<{', '.join(inspect(part) for part in parts)}>>")


def _segment(interpreter: Interpreter, node: Syntax, frame: Frame) -> Value:
    if not (isinstance(node, Call) and node.form == "::"):
        return interpreter.evaluate(node, frame)
    value, kind = node.args
    if isinstance(kind, Variable) and kind.name == "binary":
        inner = interpreter.evaluate(value, frame)
        return inner if isinstance(inner, str | Unknown) else Unknown("an interpolated value without a text")
    size = kind.args[0] if isinstance(kind, Call) and kind.form == "size" else kind
    bits = interpreter.evaluate(size, frame)
    return Opaque(f"{inspect(interpreter.evaluate(value, frame))}::size({inspect(bits)})")


def sigil(interpreter: Interpreter, site: Site) -> Value:
    """`~w(...)` and its kin."""
    name = str(site.node.form).removeprefix("sigil_")
    content, modifiers = site.args
    letters = modifiers.value if isinstance(modifiers, Charlist) else ""
    parts = content.args if isinstance(content, Call) else ()
    pieces = [_piece(interpreter, part, site.frame, raw=name.isupper() or name == "r") for part in parts]
    content_ = joined(pieces)
    return _sigil_value(name, content_, letters) if isinstance(content_, str) else content_


def _piece(interpreter: Interpreter, node: Syntax, frame: Frame, *, raw: bool) -> Value:
    if not isinstance(node, String):
        return _segment(interpreter, node, frame)
    try:
        written = node.value if raw or isinstance(node.value, bytes) else unescape(node.value)
    except InvalidEscape as refused:
        raise argument_error(str(refused).partition(". Syntax error")[0]) from None
    return written if isinstance(written, str) else Unknown("a sigil that is no text")


def _sigil_value(name: str, content: str, letters: str) -> Value:
    match name.lower():
        case "s":
            return content
        case "w":
            words = content.split()
            return tuple(words) if "a" not in letters else tuple(Atom(word) for word in words)
        case "c":
            return tuple(map(ord, content))
        case "r":
            return Regex(content, "i" in letters)
        case "d" | "n" | "u" | "t":
            return Opaque(f"~{name}[{content}]")
        case _:
            return Unknown("a sigil that reading does not know", f"~{name}")


def raising(interpreter: Interpreter, site: Site) -> Value:
    """`raise message`, `raise Error, message: ...`."""
    kind, *rest = interpreter.arguments(site)
    message: Value = ""
    name = "RuntimeError"
    if isinstance(kind, str):
        message = kind
    elif isinstance(kind, Atom):
        given = rest[0] if rest else ()
        name, message = (
            kind.name.removeprefix(ELIXIR),
            given if isinstance(given, str) else keywords(given).get("message"),
        )
    elif isinstance(kind, Struct):
        name, message = kind.module, kind.fields.get("message")
    said = message if isinstance(message, str) else "" if message is None else "…"
    raise RaisedError(name, said, deliberate=True)


def quote(_: Interpreter, site: Site) -> Value:
    """`quote do ... end`."""
    body = block_of(site.args[-1])
    return Quoted(body, site.frame) if body is not None else None


def unquote(interpreter: Interpreter, site: Site) -> Value:
    """`unquote(value)`."""
    frame = site.frame.quoting
    if frame is None:
        return Unknown("unquote outside a macro")
    value = interpreter.evaluate(site.args[0], frame)
    return interpreter.evaluate(value.node, value.frame) if isinstance(value, Quoted) else value


def this_module(_: Interpreter, site: Site) -> Value:
    """Name `__MODULE__`."""
    return Atom(site.frame.module.name)


def this_folder(_: Interpreter, site: Site) -> Value:
    """`__DIR__`, from the repository's root."""
    return site.frame.module.source.path.rpartition("/")[0]


def this_environment(_: Interpreter, site: Site) -> Value:
    """Give what is asked of `__ENV__`: the module and the file."""
    module = site.frame.module
    return Map(((Atom("file"), module.source.path), (Atom("module"), Atom(module.name))))


def nothing(_: Interpreter, __: Site) -> Value:
    """`require`, `@doc` and their kin: nothing happens."""
    return None


def short_circuit(stop_at: bool) -> Word:  # noqa: FBT001 one word each for `or` and `and`
    """Make `||` and `or` (which stop at a true value), `&&` and `and`."""

    def word(interpreter: Interpreter, site: Site) -> Value:
        left = interpreter.evaluate(site.args[0], site.frame)
        if isinstance(left, Unknown):
            interpreter.suppose([lambda: interpreter.evaluate(site.args[1], site.frame.inner())], site.node, site.frame)
            return left
        is_true = left is not None and left is not False
        return left if is_true is stop_at else interpreter.evaluate(site.args[1], site.frame)

    return word


def concatenation(interpreter: Interpreter, site: Site) -> Value:
    """`left <> right`."""
    parts = interpreter.arguments(site)
    if all(isinstance(part, str | Unknown) for part in parts):
        return joined(parts)
    return Unknown("a text of what is no text")


def applying(interpreter: Interpreter, site: Site) -> Value:
    """`apply(function, arguments)`; with a module and a name it may be anything."""
    function, *rest = interpreter.arguments(site)
    if len(rest) == 1 and isinstance(rest[0], tuple):
        return interpreter.call_function(function, rest[0], site)
    return interpreter.unread(site, "a call whose function is computed")


def then(interpreter: Interpreter, site: Site) -> Value:
    """`then(value, function)`: the function is called, even with what is not known."""
    value, function = interpreter.arguments(site)
    return interpreter.call_function(function, (value,), site)


def tap(interpreter: Interpreter, site: Site) -> Value:
    """`tap(value, function)`."""
    value, function = interpreter.arguments(site)
    interpreter.call_function(function, (value,), site)
    return value


SIGILS: Final[Mapping[str, Word]] = {f"sigil_{letter}": sigil for letter in "sSwWcCdDnNuUtTrRpPhHxX"}
FORMS: Final[Mapping[str, Word]] = {
    "__block__": sequence,
    "=": matching,
    "|>": pipe,
    "fn": anonymous,
    "&": capture,
    "<>": concatenation,
    "@": attribute,
    "__aliases__": alias_value,
    "%{}": mapping,
    "%": struct,
    "{}": tuple_of,
    "<<>>": binary,
    "apply": applying,
    "then": then,
    "tap": tap,
    "raise": raising,
    "reraise": raising,
    "quote": quote,
    "unquote": unquote,
    "__MODULE__": this_module,
    "__DIR__": this_folder,
    "__ENV__": this_environment,
    "require": nothing,
    "||": short_circuit(stop_at=True),
    "or": short_circuit(stop_at=True),
    "&&": short_circuit(stop_at=False),
    "and": short_circuit(stop_at=False),
    **SIGILS,
    **BRANCHES,
}
