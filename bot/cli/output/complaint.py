"""What is wrong with the environment, in one line: each variable by its name."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def told(error: ValidationError) -> str:
    """Return what people must set, and what they set wrongly; values are never repeated, for they may be secrets."""
    parts = [
        f"ECTO_FIX_{'_'.join(map(str, each['loc'])).upper()}: {_said(each)}"
        for each in error.errors(include_input=False, include_url=False)
    ]
    return "; ".join(parts)


def _said(error: ErrorDetails) -> str:
    return "not set" if error["type"] == "missing" else error["msg"].removeprefix("Value error, ")
