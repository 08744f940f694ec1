"""Scripts that Redis runs, each of them whole or not at all."""

from functools import cache
from importlib.resources import files


@cache
def script(name: str) -> str:
    """Return the text of a script, with the names of all keys before it."""
    here = files("workers.memory.scripts")
    return (here / "names.lua").read_text("utf-8") + (here / f"{name}.lua").read_text("utf-8")
