"""What is wrong with the environment, in one line: each variable by its name."""

from pydantic import ValidationError


def told(error: ValidationError) -> str:
    """Return what people must set, and what they set wrongly; values are never repeated, for they may be secrets."""
    parts = [
        f"ECTO_FIX_{'_'.join(map(str, each['loc'])).upper()}: {each['msg'].removeprefix('Value error, ')}"
        for each in error.errors(include_input=False, include_url=False)
    ]
    return "; ".join(parts)
