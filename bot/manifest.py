"""The App's manifest, `app.yml`: what it asks for and why, and how GitHub wants to be told."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

ASKED: Final = re.compile(r"^  (?:- )?(?P<name>\w+)(?:: (?P<level>\w+))? # (?P<reason>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A permission with its level, or an event without one, and what it is for."""

    name: str
    level: str
    reason: str


def asked() -> tuple[Asked, ...]:
    """Return what the App asks for, the permissions first, each with the reason that stands behind it."""
    return tuple(Asked(one["name"], one["level"] or "", one["reason"]) for one in ASKED.finditer(_text()))


def manifest(address: str) -> dict[str, Any]:
    """Return the manifest of an App whose receiver is reached at *address*; docs: "GitHub App manifest parameters"."""
    return {
        **yaml.safe_load(_text()),
        "url": address,
        "hook_attributes": {"url": f"{address}/webhook", "active": True},
        "redirect_url": f"{address}/setup/made",
        "callback_urls": [f"{address}/login/done"],
    }


@cache
def _text() -> str:
    return files("bot").joinpath("app.yml").read_text("utf-8")
