"""Whether a value fits a pattern, and which variables that binds."""

from collections.abc import Callable, Sequence

from rules.ecto.scope import Evaluate, Frame, Unknown
from rules.ecto.values import Atom as AtomValue
from rules.ecto.values import Map, Struct, Value
from rules.ecto.values import Tuple as TupleValue
from rules.elixir.syntax import Atom, Call, List, Number, Pair, String, Syntax, Variable

UNREADABLE = Unknown("a pattern that reading cannot decide")


class Matcher:
    """Matches patterns against values; the answers are True, False, and None for what cannot be decided."""

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate

    def match(self, pattern: Syntax, value: Value, frame: Frame) -> bool | None:
        """Bind the variables of *pattern* in *frame* and tell whether *value* fits."""
        if isinstance(pattern, Variable):
            if pattern.name != "_":
                frame.variables[pattern.name] = value
            return True
        if isinstance(value, Unknown):
            self._bind(pattern, value, frame)
            return None
        if isinstance(pattern, List):
            return self._list(pattern.items, value, frame)
        if isinstance(pattern, Pair):
            return self._all(
                (pattern.left, pattern.right), value.items if isinstance(value, TupleValue) else None, frame
            )
        if isinstance(pattern, Call):
            return self._call(pattern, value, frame)
        return self._evaluate(pattern, frame) == value if isinstance(pattern, Atom | Number | String) else None

    def match_all(self, patterns: Sequence[Syntax], values: Sequence[Value], frame: Frame) -> bool | None:
        """Match patterns against as many values."""
        return self._all(patterns, values, frame)

    def _all(self, patterns: Sequence[Syntax], values: Sequence[Value] | None, frame: Frame) -> bool | None:
        if values is None or len(patterns) != len(values):
            return False
        answer: bool | None = True
        for pattern, value in zip(patterns, values, strict=True):
            fits = self.match(pattern, value, frame)
            if fits is False:
                return False
            if fits is None:
                answer = None
        return answer

    def _list(self, patterns: tuple[Syntax, ...], value: Value, frame: Frame) -> bool | None:
        if not isinstance(value, tuple):
            return False
        last = patterns[-1] if patterns else None
        if not (isinstance(last, Call) and last.form == "|"):
            return self._all(patterns, value, frame)
        heads = (*patterns[:-1], last.args[0])
        if len(value) < len(heads):
            return False
        fits = self._all(heads, value[: len(heads)], frame)
        return fits and self.match(last.args[1], value[len(heads) :], frame)

    def _call(self, pattern: Call, value: Value, frame: Frame) -> bool | None:
        kinds: dict[str, Callable[[Call, Value, Frame], bool | None]] = {
            "{}": self._tuple,
            "%{}": self._map,
            "%": self._struct,
            "=": self._both,
            "^": self._pinned,
            "__aliases__": self._pinned,
            "-": self._pinned,
            "@": self._pinned,
            "<>": self._prefix,
        }
        kind = kinds.get(pattern.form) if isinstance(pattern.form, str) else None
        if kind is None:
            self._bind(pattern, UNREADABLE, frame)
            return None
        return kind(pattern, value, frame)

    def _tuple(self, pattern: Call, value: Value, frame: Frame) -> bool | None:
        return self._all(pattern.args, value.items if isinstance(value, TupleValue) else None, frame)

    def _map(self, pattern: Call, value: Value, frame: Frame) -> bool | None:
        if isinstance(value, Struct):
            entries: dict[Value, Value] = {AtomValue(key): item for key, item in value.fields.items()}
        elif isinstance(value, Map):
            entries = dict(value.entries)
        else:
            return False
        answer: bool | None = True
        for pair in pattern.args:
            if not isinstance(pair, Pair):
                return None
            key = self._evaluate(pair.left, frame)
            if key not in entries:
                return False
            fits = self.match(pair.right, entries[key], frame)
            if fits is False:
                return False
            answer = answer if fits else None
        return answer

    def _struct(self, pattern: Call, value: Value, frame: Frame) -> bool | None:
        module = self._evaluate(pattern.args[0], frame)
        if not isinstance(value, Struct) or module != AtomValue(f"Elixir.{value.module}"):
            return False
        return self.match(pattern.args[1], value, frame)

    def _both(self, pattern: Call, value: Value, frame: Frame) -> bool | None:
        return self._all(pattern.args, (value, value), frame)

    def _pinned(self, pattern: Call, value: Value, frame: Frame) -> bool | None:
        expected = self._evaluate(pattern.args[0] if pattern.form == "^" else pattern, frame)
        return None if isinstance(expected, Unknown) else expected == value

    def _prefix(self, pattern: Call, value: Value, frame: Frame) -> bool | None:
        prefix = self._evaluate(pattern.args[0], frame)
        if not isinstance(value, str) or not isinstance(prefix, str) or not value.startswith(prefix):
            return False
        return self.match(pattern.args[1], value[len(prefix) :], frame)

    def _bind(self, pattern: Syntax, value: Unknown, frame: Frame) -> None:
        """Give every variable of *pattern* the unknown *value*."""
        if isinstance(pattern, Variable):
            frame.variables[pattern.name] = value
        elif isinstance(pattern, List):
            for item in pattern.items:
                self._bind(item, value, frame)
        elif isinstance(pattern, Pair):
            self._bind(pattern.right, value, frame)
            self._bind(pattern.left, value, frame)
        elif isinstance(pattern, Call):
            for part in pattern.args:
                self._bind(part, value, frame)
