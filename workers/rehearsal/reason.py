"""Why there is no rehearsal."""


class CannotRehearse(Exception):
    """There is no rehearsal; str() is the reason, which completes "not rehearsed, because"."""
