"""What surrounds the stage: webhooks late, lost or doubled, requests that fail, the clock, and what was seen."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from random import Random
from typing import Any

from deploy.standin.acts import checks
from deploy.standin.cues import Cues
from deploy.standin.faults import Fault, Weather
from deploy.standin.webhooks import Disorder, again
from deploy.standin.world import World

act = Cues()


@act
def deliveries(world: World) -> list[dict[str, Any]]:
    """Read the log of webhooks, oldest first."""
    return [
        {**asdict(each), "payload": each.payload, "delivered_at": str(each.delivered_at)} for each in world.outbox.log
    ]


@act
def pause_deliveries(world: World) -> None:
    """Hold webhooks back."""
    world.outbox.pause()


@act
def resume_deliveries(world: World, *, backwards: bool = False) -> None:
    """Deliver what was held back, the last first if *backwards*."""
    world.outbox.resume(backwards=backwards)


@act
def lose_deliveries(world: World, *, count: int) -> None:
    """Let the next deliveries fail as if the App could not be reached."""
    world.outbox.lose = count


@act
def set_patience(world: World, *, seconds: float) -> None:
    """Give the App more or less than GitHub's ten seconds to answer a webhook."""
    world.outbox.patience = seconds


@act
def disorder_deliveries(world: World, *, share: float, seed: int, lanes: int) -> None:
    """Send on several lanes at once, and a *share* twice or behind later ones, until they are ordered again."""
    chance = Random(seed)  # noqa: S311 - chance, and no secret
    disorder = Disorder(share, chance, lambda each: again(each, world.number(), world.clock.now()))
    world.outbox.disorder(disorder, lanes)


@act
def order_deliveries(world: World) -> None:
    """Send what was held back, and from now on everything once."""
    world.outbox.order()


@act
def tally(world: World) -> dict[str, int]:
    """Count the attempts to deliver by the status of their answers."""
    return dict(Counter(str(each.status_code) for each in tuple(world.outbox.log)))


@act
def openings(world: World) -> list[dict[str, Any]]:
    """List when it was told of which pull request that it was opened, without all that was told with it."""
    told = (each for each in tuple(world.outbox.log) if (each.event, each.action) == ("pull_request", "opened"))
    return [
        {"repository": each.payload["repository"]["full_name"], "at": each.delivered_at.timestamp()} for each in told
    ]


@act
def redeliver(world: World, *, delivery: int) -> None:
    """Deliver once more, under the same GUID."""
    world.outbox.repeat(delivery, world.number(), world.clock.now())


@act
def fail(world: World, **fault: Any) -> None:
    """Let requests fail as *fault* says."""
    world.faults.waiting.append(Fault(**fault))


@act
def storm(world: World, *, share: float, seed: int) -> None:
    """Let a *share* of all requests meet mishaps of every kind, until it is healed."""
    world.faults.weather = Weather(share, Random(seed))  # noqa: S311 - chance, and no secret


@act
def struck(world: World) -> int:
    """Tell how many requests were hit by faults since they were last taken away."""
    return world.faults.struck


@act
def release(world: World) -> None:
    """Let every request go on that a fault holds."""
    world.faults.release()


@act
def heal(world: World) -> int:
    """Take all faults away and tell how many requests they hit."""
    return world.faults.clear()


@act
def limit_speed(world: World) -> None:
    """Refuse from now on what comes faster than GitHub lets it come."""
    world.limits.speed.on = True


@act
def limit(world: World, *, per_hour: int) -> None:
    """Begin new hours in which so many requests are allowed."""
    world.limits.per_hour = per_hour
    world.limits.windows.clear()


@act
def advance(world: World, *, seconds: float) -> None:
    """Move the clock forward."""
    world.clock.advance(timedelta(seconds=seconds))
    checks.give_up_stale(world)


@act
def expire_tokens(world: World) -> None:
    """Let all tokens end now, as if an hour had passed for them alone."""
    world.tokens.clear()


@act
def now(world: World) -> float:
    """Tell the time as the stand-in sees it."""
    return world.clock.now().timestamp()


@act
def violations(world: World) -> list[dict[str, str]]:
    """List what GitHub's published document does not allow and happened all the same."""
    return [asdict(each) for each in world.violations]


@act
def requests(world: World) -> list[dict[str, Any]]:
    """List the requests to the API since the beginning."""
    return [asdict(each) for each in world.requests]
