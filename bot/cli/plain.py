"""Arguments that are said plainly, understood without typer: it imports pydantic, which takes longer than a check.

Whatever is not plain, a call for help or a mistake among it, is left to typer.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from inspect import Parameter, signature
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from typer.models import OptionInfo


class NotPlain(Exception):
    """Something that typer has to look at."""


def understood(command: Callable[..., None], arguments: Sequence[str]) -> Mapping[str, Any] | None:
    """Return what *arguments* give to the parameters of *command*; None where typer has to look at them."""
    try:
        return _read(signature(command).parameters, list(arguments))
    except NotPlain:
        return None


def _read(parameters: Mapping[str, Parameter], arguments: list[str]) -> Mapping[str, Any]:
    flags = {flag: (name, worth) for name, one in parameters.items() for flag, worth in _flags(name, one).items()}
    places = [name for name, one in parameters.items() if not _is_option(one)]
    given: dict[str, Any] = {}
    while arguments:
        flag, has_value, value = arguments.pop(0).partition("=")
        if not flag.startswith("-"):
            name = _next_place(places, parameters, given)
            given[name] = _added(given.get(name), flag + has_value + value, parameters[name])
        elif flag not in flags or flags[flag][0] in given:
            raise NotPlain
        else:
            name, worth = flags[flag]
            if worth is None and not has_value:
                value = arguments.pop(0) if arguments else "-"
            given[name] = _worth(value, parameters[name]) if worth is None else worth
    if any(one.default is Parameter.empty and name not in given for name, one in parameters.items()):
        raise NotPlain
    return given


def _flags(name: str, parameter: Parameter) -> Mapping[str, bool | None]:
    """Return the flags of an option, each with what it says; None where a value follows."""
    if not _is_option(parameter):
        return {}
    info = get_args(parameter.annotation)[1]
    said = [flag for flag in (info.default, *(info.param_decls or ())) if isinstance(flag, str)]
    if _kind(parameter) is not bool:
        return dict.fromkeys(said or [f"--{name.replace('_', '-')}"])
    return dict.fromkeys(said, True) if said else {f"--{name}": True, f"--no-{name}": False}


def _is_option(parameter: Parameter) -> bool:
    if get_origin(parameter.annotation) is not Annotated:
        raise NotPlain
    return isinstance(get_args(parameter.annotation)[1], OptionInfo)


def _kind(parameter: Parameter) -> Any:
    """Return the type of a parameter, or of what it may be beside None."""
    kind = get_args(parameter.annotation)[0]
    (kind, *others) = [one for one in get_args(kind) if one is not NoneType] if NoneType in get_args(kind) else [kind]
    if others:
        raise NotPlain
    return kind


def _next_place(places: Sequence[str], parameters: Mapping[str, Parameter], given: Mapping[str, Any]) -> str:
    for name in places:
        if name not in given or get_origin(_kind(parameters[name])) is list:
            return name
    raise NotPlain


def _added(before: Any, text: str, parameter: Parameter) -> Any:
    if get_origin(_kind(parameter)) is list:
        return [*(before or ()), _value(text, get_args(_kind(parameter))[0])]
    return _worth(text, parameter)


def _worth(text: str, parameter: Parameter) -> Any:
    return _value(text, _kind(parameter))


def _value(text: str, kind: Any) -> Any:
    if text.startswith("-") or not text:
        raise NotPlain
    if kind in {str, Path}:
        return kind(text)
    if isinstance(kind, type) and issubclass(kind, Enum) and text in {one.value for one in kind}:
        return kind(text)
    raise NotPlain
