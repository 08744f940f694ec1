"""`make demo`: start everything, tell the story, leave the page open. `--once`: and exit, 0 if all of it happened."""

import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from deploy.demo.story import tell
from deploy.demo.telling import DidNotHappenError, Teller
from deploy.services.ecto_fix import EctoFix
from deploy.services.ports import is_free
from deploy.services.redis import RedisServer
from deploy.standin.control import StandIn
from deploy.standin.server import running

PORT: Final = 8500  # of the page, so that it is the same each time; any other port when it is taken


def main() -> int:
    """Run the demo and return its exit status."""
    once, teller = "--once" in sys.argv[1:], Teller()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ecto-fix-demo-")))
        standin, product = start(folder, stack, teller)
        try:
            pull_request = tell(standin, teller)
        except DidNotHappenError as missing:
            teller.say(f"✗ This did not happen: {missing}", "bold red")
            teller.say(product.logs()[-4000:], "dim")
            return 1
        teller.say("")
        if not once:
            teller.say(f"  The pull request:  {pull_request.url}", "bold")
            teller.say(f"  The rules:         {product.url}/rules", "bold")
            teller.say("  Ctrl-C ends it.")
            wait_for_interrupt()
    return 0


def start(folder: Path, stack: ExitStack, teller: Teller) -> tuple[StandIn, EctoFix]:
    """Start the four servers, each a real one, and let them know each other."""
    for name in ("redis", "github", "logs"):
        (folder / name).mkdir()
    with teller.step("A real Redis is running, with its append-only file"):
        redis = stack.enter_context(RedisServer(folder / "redis"))
    with teller.step("A GitHub on this machine is running, with real git repositories"):
        standin = stack.enter_context(running(folder / "github", port=PORT if is_free(PORT) else 0))
        stack.callback(standin.close)
    with teller.step("Receiver and worker are running"):
        product = stack.enter_context(EctoFix.connected(folder / "logs", redis.url, standin))
    return standin, product


def wait_for_interrupt() -> None:
    """Return when somebody presses Ctrl-C, or the process is told to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    raise SystemExit(main())
