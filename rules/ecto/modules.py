"""The modules of a file: their functions, attributes, imports and aliases, and what `use` brings into them."""

from typing import Final

from rules.ecto.clauses import section
from rules.ecto.errors import RaisedError
from rules.ecto.forms import ELIXIR, alias_name
from rules.ecto.interpreter import CompileError, Interpreter, Site, Vocabulary
from rules.ecto.scope import Definition, Frame, Imported, Module, Quoted, Unknown, truth
from rules.ecto.structs import keywords
from rules.ecto.values import Atom, Tuple, Value
from rules.elixir.syntax import Atom as AtomNode
from rules.elixir.syntax import Call, List, Name, Pair, String, Syntax, Variable
from rules.source import SourceFile, Span

MIGRATION: Final = "Elixir.Ecto.Migration"
NO_CALLBACKS: Final = frozenset({"Elixir.Ecto.Schema", "Elixir.Timex", "Elixir.Bitwise"})
TEXTS: Final = frozenset({"moduledoc", "doc", "typedoc", "spec", "type", "typep", "impl", "dialyzer", "shortdoc"})
DEFINERS: Final = {"def": (True, False), "defp": (False, False), "defmacro": (True, True), "defmacrop": (False, True)}


def importing(interpreter: Interpreter, site: Site) -> Value:
    """Read `import` in a function's body."""
    ModuleReader(interpreter, site.frame.module.source).directive(site)
    return None


def aliasing(interpreter: Interpreter, site: Site) -> Value:
    """Read `alias` in a function's body."""
    ModuleReader(interpreter, site.frame.module.source).directive(site)
    return None


DIRECTIVES: Final[Vocabulary] = {"import": importing, "alias": aliasing}


class ModuleReader:
    """Reads the modules of one file, innermost first, as Elixir finishes compiling them."""

    def __init__(self, interpreter: Interpreter, source: SourceFile) -> None:
        self._interpreter = interpreter
        self._source = source
        self.modules: list[Module] = []
        self._kinds = {
            "__block__": self._block,
            "defmodule": self._nested,
            "use": self._use,
            "import": self._import,
            "alias": self._alias,
            "@": self._attribute,
            "schema": self._schema,
            "defdelegate": self._delegate,
            "if": self._condition,
            "unless": self._condition,
            **dict.fromkeys(DEFINERS, self._define),
        }

    def read(self, tree: Syntax) -> None:
        """Read every module at the top of the file."""
        for node in tree.args if isinstance(tree, Call) and tree.form == "__block__" else (tree,):
            if isinstance(node, Call) and node.form == "defmodule":
                self._module(node, None)

    def directive(self, site: Site) -> None:
        """Read a directive; that it ends with its function is not followed, since no migration hides one name."""
        self._statement(site.node, site.frame.module, site.frame)

    def _module(self, node: Call, outer: Module | None) -> None:
        name = _module_name(node.args[0], outer) if node.args else None
        if name is None:
            return
        module = Module(name, self._source, node, outer)
        if outer is not None:
            module.aliases.update(outer.aliases)
            module.imports.extend(outer.imports)
            outer.aliases[name.removeprefix(outer.name + ".").split(".")[0]] = name
        self._interpreter.modules[name] = module
        body = section(node.args[-1], "do")
        if body is not None:
            self._statement(body, module, Frame(module, {}, module.attributes))
        self.modules.append(module)

    def _statement(self, node: Syntax, module: Module, frame: Frame) -> None:
        if isinstance(node, Call) and isinstance(node.form, str):
            kind = self._kinds.get(node.form)
            if kind is not None:
                kind(node, module, frame)

    def _block(self, node: Call, module: Module, frame: Frame) -> None:
        for statement in node.args:
            self._statement(statement, module, frame)

    def _nested(self, node: Call, module: Module, _: Frame) -> None:
        self._module(node, module)

    def _use(self, node: Call, module: Module, frame: Frame) -> None:
        name = alias_name(node.args[0], frame)
        if name is None:
            return
        if module.after_use is None and frame.site is None:
            module.after_use = Span(node.end, node.end)
        if name == MIGRATION:
            module.is_migration = True
            module.imports.append(Imported(MIGRATION))
            module.attributes = {**module.attributes, "disable_ddl_transaction": False, "disable_migration_lock": False}
            return
        used = self._interpreter.modules.get(name)
        clauses = used.clauses("__using__", 1) if used is not None else []
        if used is None or not clauses:
            if name not in NO_CALLBACKS:
                module.used.append(name)
            return
        options = self._interpreter.evaluate(node.args[1], frame) if len(node.args) > 1 else ()
        quoted = self._interpreter.invoke(clauses, [options], used, frame.site or node, shared=True)
        if isinstance(quoted, Quoted):
            inner = Frame(module, {}, module.attributes, frame.site or node, shared=True, quoting=quoted.frame)
            self._statement(quoted.node, module, inner)

    def _import(self, node: Call, module: Module, frame: Frame) -> None:
        name = alias_name(node.args[0], frame)
        if name is None:
            return
        options = keywords(self._interpreter.evaluate(node.args[1], frame)) if len(node.args) > 1 else keywords(())
        only = options.get("only")
        module.imports.append(
            Imported(name, _arities(only) if isinstance(only, tuple) else None, _arities(options.get("except")))
        )

    def _alias(self, node: Call, module: Module, frame: Frame) -> None:
        target = node.args[0]
        if isinstance(target, Call) and isinstance(target.form, Call):  # alias Some.{One, Other}
            base = alias_name(target.form.args[0], frame)
            for part in target.args:
                inner = _segments(part)
                if base is not None and inner:
                    module.aliases[inner.rpartition(".")[2]] = f"{base}.{inner}"
            return
        name = alias_name(target, frame)
        if name is None:
            return
        renamed = section(node.args[1], "as") if len(node.args) > 1 else None
        short = _segments(renamed) if renamed is not None else name.rpartition(".")[2]
        module.aliases[short] = name

    def _attribute(self, node: Call, module: Module, frame: Frame) -> None:
        inner = node.args[0]
        if not isinstance(inner, Call) or not isinstance(inner.form, str) or len(inner.args) != 1:
            return
        if inner.form in TEXTS:
            return
        value = self._evaluated(inner.args[0], Frame(module, {}, module.attributes, frame.site, quoting=frame.quoting))
        module.attributes = {**module.attributes, inner.form: value}
        module.written.append((inner.form, value, (frame.site or node).span))

    def _evaluated(self, node: Syntax, frame: Frame) -> Value:
        try:
            return self._interpreter.evaluate(node, frame)
        except (CompileError, RaisedError):
            return Unknown("a module attribute that reading cannot follow")

    def _schema(self, node: Call, module: Module, _: Frame) -> None:
        if node.args and isinstance(node.args[0], String) and isinstance(node.args[0].value, str):
            module.is_schema = node.args[0].value

    def _condition(self, node: Call, module: Module, frame: Frame) -> None:
        holds = truth(self._evaluated(node.args[0], Frame(module, {}, module.attributes, frame.site)))
        if holds is None:
            module.used.append("a condition around definitions")
            return
        branch = section(node.args[-1], "do" if holds is (node.form == "if") else "else")
        if branch is not None:
            self._statement(branch, module, frame)

    def _delegate(self, node: Call, module: Module, frame: Frame) -> None:
        head = node.args[0]
        target = section(node.args[-1], "to")
        if target is None or not isinstance(head, Call | Variable):
            return
        name = str(head.name if isinstance(head, Variable) else head.form)
        parameters = head.args if isinstance(head, Call) else ()
        dot = Call(node.start, node.end, ".", (target, Name(node.start, node.end, name)), None)
        body = Call(node.start, node.end, dot, parameters, None)
        clause = Definition(name, parameters, None, body, node, module.attributes, site=frame.site)
        module.definitions.setdefault((name, len(parameters)), []).append(clause)

    def _define(self, node: Call, module: Module, frame: Frame) -> None:
        if not node.args:
            return
        head, guard = node.args[0], None
        if isinstance(head, Call) and head.form == "when":
            head, guard = head.args
        if isinstance(head, Call) and head.form == "unquote":
            return
        name = head.name if isinstance(head, Variable) else head.form if isinstance(head, Call) else None
        if not isinstance(name, str):
            return
        parameters = head.args if isinstance(head, Call) else ()
        patterns = tuple(_pattern(parameter) for parameter in parameters)
        body = _body(node)
        is_public, is_macro = DEFINERS[str(node.form)]
        site = frame.site
        if body is not None or len(node.args) > 1:
            clause = Definition(name, patterns, guard, body, node, module.attributes, is_public, is_macro, site)
            module.definitions.setdefault((name, len(patterns)), []).append(clause)
        for count, synthetic in _with_defaults(node, name, parameters):
            clause = Definition(name, count, None, synthetic, node, module.attributes, is_public, is_macro, site)
            module.definitions.setdefault((name, len(count)), []).append(clause)


def _module_name(node: Syntax, outer: Module | None) -> str | None:
    if isinstance(node, AtomNode) and not isinstance(node, Name):
        return node.name
    inner = _segments(node)
    if not inner:
        return None
    if outer is not None and not inner.startswith(ELIXIR):
        return f"{outer.name}.{inner}"
    return ELIXIR + inner


def _segments(node: Syntax | None) -> str:
    if isinstance(node, Call) and node.form == "__aliases__":
        return ".".join(part.name for part in node.args if isinstance(part, AtomNode | Name))
    return ""


def _arities(value: Value) -> frozenset[tuple[str, int]]:
    pairs = value if isinstance(value, tuple) else ()
    return frozenset(
        (pair.items[0].name, pair.items[1])
        for pair in pairs
        if isinstance(pair, Tuple) and isinstance(pair.items[0], Atom) and isinstance(pair.items[1], int)
    )


def _pattern(parameter: Syntax) -> Syntax:
    return parameter.args[0] if isinstance(parameter, Call) and parameter.form == "\\\\" else parameter


def _body(node: Call) -> Syntax | None:
    bodies = node.args[-1]
    if len(node.args) < 2 or not isinstance(bodies, List):  # noqa: PLR2004 a head and its body
        return None
    sections = [item for item in bodies.items if isinstance(item, Pair)]
    if len(sections) > 1:
        return Call(bodies.start, bodies.end, "try", (bodies,), None)
    return section(bodies, "do")


def _with_defaults(node: Call, name: str, parameters: tuple[Syntax, ...]) -> list[tuple[tuple[Syntax, ...], Call]]:
    """Return, for each shorter way to call, its parameters and the full call that it stands for."""
    defaulted = [place for place, parameter in enumerate(parameters) if _pattern(parameter) is not parameter]
    shorter = []
    for given in range(len(defaulted)):
        filled = set(defaulted[given:])  # the first defaults take the arguments that are there
        variables: list[Syntax] = []
        arguments: list[Syntax] = []
        for place, parameter in enumerate(parameters):
            if place in filled and isinstance(parameter, Call):
                arguments.append(parameter.args[1])
            else:
                variable = Variable(node.start, node.end, f"argument {place}")
                variables.append(variable)
                arguments.append(variable)
        call = Call(node.start, node.end, name, tuple(arguments), None)
        shorter.append((tuple(variables), call))
    return shorter
