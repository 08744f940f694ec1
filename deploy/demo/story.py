"""What the demo shows: a pull request is reviewed, a maintainer says /ecto-fix, the check turns green."""

import re
from pathlib import Path
from typing import Final

from deploy.demo.telling import Teller
from deploy.services.ecto_fix import ACCEPTED
from deploy.standin.control import PullRequest, Repository, StandIn, from_folder
from deploy.standin.pictured import CheckRun, PullRequestPicture, Thread

HERE: Final = Path(__file__).parent
MIGRATIONS: Final = "priv/repo/migrations"
AUTHOR: Final = "joe"
MAINTAINER: Final = "maria"
HIDDEN: Final = re.compile(r"<!--.*?-->", re.DOTALL)


def tell(standin: StandIn, teller: Teller) -> PullRequest:
    """Live through the story and give the pull request that it is about; DidNotHappenError where it breaks off."""
    pull_request = begin(standin, teller)
    see_review(standin, pull_request, teller)
    see_rewrites(pull_request, teller)
    teller.wait("Every request was one that GitHub's published API knows", lambda: not standin.violations())
    return pull_request


def begin(standin: StandIn, teller: Teller) -> PullRequest:
    """Make the shop, whose merge button waits for our check, and open the pull request."""
    repository = standin.create_repository(f"{MAINTAINER}/shop", HERE / "shop", by=MAINTAINER)
    repository.allow(AUTHOR, "write")
    repository.require_checks("ecto-fix")
    return open_pull_request(repository, teller)


def open_pull_request(repository: Repository, teller: Teller) -> PullRequest:
    """Let the author push a branch of migrations and ask for it to be merged."""
    files = {f"{MIGRATIONS}/{path}": text for path, text in from_folder(HERE / "pull_request").items()}
    with teller.step(f"{AUTHOR} opens a pull request with {len(files)} migrations"):
        repository.push("tidy-up", files, by=AUTHOR, message="Tidy up orders and users")
        return repository.open_pull_request(
            "tidy-up", by=AUTHOR, title="Tidy up orders and users", body="A few small migrations, all harmless. :)"
        )


def see_review(standin: StandIn, pull_request: PullRequest, teller: Teller) -> None:
    """Wait for the review of the first head, and show it."""
    teller.wait(
        "The webhook is signed, delivered and answered with 202",
        lambda: any(sent.status_code == ACCEPTED for sent in standin.deliveries("pull_request", "opened")),
    )
    teller.wait("The check is in progress", lambda: check(pull_request.look()))
    review = teller.wait("The review is there", lambda: pull_request.look().reviews)[0]
    done = teller.wait("The check is concluded", lambda: concluded(pull_request.look()))
    picture = pull_request.look()
    for summary in picture.comments:
        teller.quote("ecto-fix sums up", HIDDEN.sub("", summary.body))
    if review.body:
        teller.quote("ecto-fix reviews", HIDDEN.sub("", review.body))
    for thread in picture.threads:
        teller.quote(f"{thread.path.rpartition('/')[2]}:{thread.line}", HIDDEN.sub("", thread.comments[0].body))
    teller.say("")
    teller.say(f"  The check says: {done.conclusion}, {done.title}", "bold")
    teller.say("")


def see_rewrites(pull_request: PullRequest, teller: Teller) -> None:
    """Let a maintainer ask for the rewrites, and wait until they are committed and the check is green."""
    before = pull_request.look()
    with teller.step(f"{MAINTAINER} comments /ecto-fix"):
        comment = pull_request.comment("/ecto-fix", by=MAINTAINER)
    teller.wait(
        "ecto-fix has seen it",
        lambda: any(each.id == comment and each.reactions for each in pull_request.look().comments),
    )
    teller.wait("The rewrites are committed to the branch", lambda: pull_request.look().head_sha != before.head_sha)
    answered = teller.wait(
        "It says what it did", lambda: [each for each in pull_request.look().comments if each.id > comment]
    )
    teller.quote("ecto-fix answers", HIDDEN.sub("", answered[0].body))
    teller.say("")
    teller.wait("The check on the new head is green", lambda: green(pull_request.look()))
    teller.wait("The threads are settled", lambda: all(map(settled, pull_request.threads())))


def check(picture: PullRequestPicture) -> CheckRun | None:
    """Return our check on the head, if there is one."""
    return next((run for run in picture.checks if run.name == "ecto-fix"), None)


def concluded(picture: PullRequestPicture) -> CheckRun | None:
    """Return our check on the head, if it is done."""
    run = check(picture)
    return run if run and run.status == "completed" else None


def green(picture: PullRequestPicture) -> bool:
    """Tell whether our check on the head has succeeded."""
    run = concluded(picture)
    return run is not None and run.conclusion == "success"


def settled(thread: Thread) -> bool:
    """Tell whether nobody needs to look at *thread* any more."""
    return thread.resolved or thread.outdated
