"""What can go wrong at GitHub, told apart by what one can do about it.

Trouble
├── RetryLater     nothing is wrong with the request; the job should come back
├── NotFound       gone, or hidden from us: GitHub does not say which
├── Forbidden      the installation, or a rule of the repository, does not allow it
├── StaleHead      the branch moved since we looked
├── Rejected       GitHub read the request and refuses it: 422
└── Unclear        a write got no answer; read back before doing it again
"""


class Trouble(Exception):
    """GitHub did not do what was asked."""


class RetryLater(Trouble):
    """Limits or an outage: the job goes back for *seconds*, nobody sleeps."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(f"{reason}; again in {seconds:.0f} s")
        self.seconds = seconds
        self.reason = reason


class NotFound(Trouble):
    """There is no such thing, as far as this installation can see."""


class Forbidden(Trouble):
    """The token may not do this."""


class StaleHead(Trouble):
    """The expected head is no longer the head of the branch."""


class Rejected(Trouble):
    """The request is understood and refused."""


class Unclear(Trouble):
    """The connection broke or a gateway answered: the write may have been done."""
