"""What a migration asks of its surroundings: the environment, files, the application's configuration."""

from collections.abc import Mapping
from posixpath import join, normpath
from typing import Final

from rules.ecto.inspect import to_string
from rules.ecto.interpreter import Interpreter, Site, Vocabulary
from rules.ecto.migrating import read_file
from rules.ecto.queries import QUERY_WORDS
from rules.ecto.scope import Unknown
from rules.ecto.values import Atom, Tuple, Value

CONFIGURATION: Final = Unknown("the application's configuration")


def environment(interpreter: Interpreter, site: Site) -> Value:
    """`System.get_env(name, default)`."""
    values = interpreter.arguments(site)
    known = interpreter.project.environment
    if known is None or not values or not isinstance(values[0], str):
        return Unknown("the environment", f"System.get_env/{site.arity}")
    return known.get(values[0], values[1] if len(values) > 1 else None)


def file_text(interpreter: Interpreter, site: Site) -> Value:
    """`File.read!(path)`."""
    return read_file(interpreter, interpreter.arguments(site)[0])


def file_result(interpreter: Interpreter, site: Site) -> Value:
    """`File.read(path)`."""
    text = read_file(interpreter, interpreter.arguments(site)[0])
    return text if isinstance(text, Unknown) else Tuple((Atom("ok"), text))


def application_folder(interpreter: Interpreter, site: Site) -> Value:
    """`Application.app_dir(app, path)`: the application is the one that the migration belongs to."""
    _, *rest = interpreter.arguments(site)
    path = rest[0] if rest else ""
    parts = [to_string(part) for part in path] if isinstance(path, tuple) else [to_string(path)]
    return normpath(join(_application(site), *parts))


def private_folder(interpreter: Interpreter, site: Site) -> Value:
    """`:code.priv_dir(app)`."""
    interpreter.arguments(site)
    return normpath(join(_application(site), "priv"))


def _application(site: Site) -> str:
    path = site.frame.module.source.path
    return path[: path.index("priv/")] if "priv/" in path else ""


def configured(interpreter: Interpreter, site: Site) -> Value:
    """`Application.get_env(app, key, default)`: what the project's own configuration says, if it says it."""
    match interpreter.arguments(site):
        case [Atom(application), Atom(key), *_]:
            return interpreter.project.settings.get((application, key), CONFIGURATION)
        case _:
            return CONFIGURATION


def mix_environment(interpreter: Interpreter, _: Site) -> Value:
    """`Mix.env()` and `config_env()`."""
    name = interpreter.project.mix_env
    return Unknown("how the project was built") if name is None else Atom(name)


SURROUNDINGS: Final[Mapping[str, Vocabulary]] = {
    "Elixir.System": {"get_env": environment, "fetch_env!": environment},
    "Elixir.File": {"read!": file_text, "read": file_result},
    "Elixir.Application": {
        "app_dir": application_folder,
        **dict.fromkeys(("get_env", "fetch_env!", "compile_env", "compile_env!"), configured),
    },
    "Elixir.Mix": {"env": mix_environment},
    "Elixir.Config": {"config_env": mix_environment},
    "code": {"priv_dir": private_folder},
    "Elixir.Ecto.Query": QUERY_WORDS,
}
