"""Reads a configuration, and says what is wrong with it."""

from collections.abc import Collection
from typing import Any, Final

import yaml

from rules.settings import Complaint, Settings
from rules.settings.keys import KEYS
from rules.settings.nodes import Wrong, entries, refuse_tricks

LARGEST: Final = 64_000  # characters: a hundred times what a thorough configuration needs


def read(text: str, rules: Collection[str]) -> Settings | tuple[Complaint, ...]:
    """Read a configuration that may name *rules*; every fault is told, each with its line."""
    if len(text) > LARGEST:
        return (Complaint(1, f"the file is longer than {LARGEST} characters"),)
    try:
        refuse_tricks(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except Wrong as wrong:
        return (wrong.complaint,)
    except yaml.MarkedYAMLError as error:
        return (Complaint(error.problem_mark.line + 1 if error.problem_mark else 1, error.problem or "not YAML"),)
    except yaml.YAMLError as error:
        return (Complaint(1, f"not YAML: {str(error).splitlines()[0]}"),)
    if root is None:
        return Settings()
    fields, complaints = _read(root, rules)
    return tuple(sorted(complaints)) or Settings(**fields)


def _read(root: yaml.Node, rules: Collection[str]) -> tuple[dict[str, Any], list[Complaint]]:
    read: dict[str, Any] = {}
    complaints: list[Complaint] = []
    try:
        for name, value in entries(root, KEYS, "setting"):
            try:
                read |= KEYS[name].read(value, rules)
            except Wrong as wrong:
                complaints.append(wrong.complaint)
    except Wrong as wrong:
        complaints.append(wrong.complaint)
    return read, complaints
