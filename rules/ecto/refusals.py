"""What Ecto refuses to do, sorted by what its author has got wrong."""

import re
from enum import Enum
from typing import Final

from rules.ecto.migration import Failure


class Refusal(Enum):
    """Why Ecto raises before PostgreSQL is asked."""

    PLACE = "place"  # a command within a table's block, or a column's change outside of one
    TYPE = "type"  # a column's type that no migration may have
    OPTION = "option"  # an option that Ecto does not know, here
    CALLBACK = "callback"  # neither `up` nor `change`
    VALUE = "value"  # anything else that does not fit


MESSAGES: Final = {
    Refusal.PLACE: re.compile(r"cannot execute (?:nested commands|command outside of block)"),
    Refusal.TYPE: re.compile(r"the :datetime type|invalid migration type|.* is not a valid database type"),
    Refusal.OPTION: re.compile(r"key :(?P<key>\S+) not found in: %Ecto\.Migration\."),
    Refusal.CALLBACK: re.compile(r".* does not implement a "),
}


def refusal(failure: Failure) -> Refusal:
    """Sort *failure* by its message."""
    return next((kind for kind, message in MESSAGES.items() if message.match(failure.message)), Refusal.VALUE)


def refused_option(failure: Failure) -> str | None:
    """Return the option that Ecto does not know, where that is why it raises."""
    match = MESSAGES[Refusal.OPTION].match(failure.message)
    return match["key"] if match else None
