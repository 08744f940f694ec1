"""What people do while things break: push, comment, close and reopen, and ask for checks again, by a plan of a seed."""

import threading
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.dialogues.scene import MIGRATIONS, USERS, migration

PATH: Final = f"{MIGRATIONS}/20260201000000_change.exs"
ACTS: Final = {"push": 45, "rerun": 30, "comment": 15, "reopen": 10}  # of a hundred


@dataclass(eq=False, slots=True)
class Proposal:
    """A pull request, and the commands that were said on it."""

    pull: PullRequest
    commands: list[int] = field(default_factory=list)


class People:
    """Those who work on *shops* repositories, each with an owner, and so an installation and limits, of its own."""

    def __init__(self, github: StandIn, seed: int, *, shops: int, pulls: int, first: int = 0) -> None:
        self._chance = Random(seed)  # noqa: S311 - chance, and no secret
        self._numbers = count()
        self.proposals = [
            Proposal(self._opened(shop, number))
            for shop in [self._shop(github, number) for number in range(first, first + shops)]
            for number in range(pulls)
        ]

    def work(self, pause: float, over: threading.Event) -> None:
        """Do one thing after the other, with a pause of so many seconds between, until *over* is set."""
        names, weights = list(ACTS), list(ACTS.values())
        while not over.wait(pause):
            proposal = self._chance.choice(self.proposals)
            getattr(self, f"_{self._chance.choices(names, weights)[0]}")(proposal)

    def _shop(self, github: StandIn, number: int) -> Repository:
        files = {"mix.exs": "defmodule Shop.MixProject do\nend\n", f"{MIGRATIONS}/20260101000000_users.exs": USERS}
        shop = github.create_repository(f"owner-{number}/shop", files, by="maria")
        shop.allow("joe", "write")
        return shop

    def _opened(self, shop: Repository, number: int) -> PullRequest:
        shop.push(f"feature-{number}", {PATH: self._change()}, by="joe")
        return shop.open_pull_request(f"feature-{number}", by="joe")

    def _change(self) -> str:
        """Write a migration with something to say of it that was never said before."""
        return migration(f"create index(:users, [:email], name: :users_email_{next(self._numbers)})")

    def _push(self, proposal: Proposal) -> None:
        proposal.pull.push({PATH: self._change()}, by="joe")

    def _comment(self, proposal: Proposal) -> None:
        proposal.commands.append(proposal.pull.comment("/ecto-fix help", by="joe"))

    def _reopen(self, proposal: Proposal) -> None:
        proposal.pull.close(by="joe")
        proposal.pull.reopen(by="joe")

    def _rerun(self, proposal: Proposal) -> None:
        for check in proposal.pull.checks("ecto-fix")[:1]:
            if check.status == "completed":
                proposal.pull.rerun(check, by="joe")
