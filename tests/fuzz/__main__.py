"""`python -m tests.fuzz TARGET --runs N`: feed a target what our own inputs turn into, led by the code that it reaches.

Exit status: 0 nothing was found; otherwise the input that broke a promise lies in the folder that is named.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import atheris

from tests.fuzz.targets import TARGETS

LONGEST = 4_096  # bytes of an input; bombs are tests of their own
SECONDS = 5  # of a processor, for one input
STUCK = 120  # seconds on the clock, which a busy machine may need for those
MEMORY = 256  # MiB that one input may ask for at once


def main() -> None:
    """Fuzz one target."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    asked.add_argument("target", choices=TARGETS)
    asked.add_argument("--runs", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randint(1, 2**31))
    asked.add_argument("--longest", type=int, default=LONGEST, help="bytes of an input")
    given = asked.parse_args()
    sys.setrecursionlimit(1_000)  # as in production; instrumentation asks for no more
    with atheris.instrument_imports(include=["rules", "workers", "bot", "yaml"]):
        target = import_module(f"tests.fuzz.targets.{given.target}")
        corpus = [start[: given.longest] for start in target.corpus()]
        for start in corpus:
            target.read(start)  # here, for some modules are imported when they are first needed
    folder = Path(tempfile.mkdtemp(prefix=f"ecto-fix-fuzz-{given.target}-"))
    sys.stderr.write(f"--seed {given.seed}, in {folder}\n")
    for number, start in enumerate(corpus):
        (folder / str(number)).write_bytes(start)

    def read(data: bytes) -> None:
        begun = time.process_time()
        target.read(data)
        assert time.process_time() - begun < SECONDS, "too slow"

    limits = [f"-max_len={given.longest}", f"-timeout={STUCK}", f"-malloc_limit_mb={MEMORY}", "-rss_limit_mb=2048"]
    told = [f"-artifact_prefix={folder}/", f"-seed={given.seed}", f"-atheris_runs={given.runs}", "-print_final_stats=1"]
    shapes = {"custom_mutator": target.mutate} if hasattr(target, "mutate") else {}
    atheris.Setup([sys.argv[0], *limits, *told, "-verbosity=0", str(folder)], read, **shapes)
    try:
        atheris.Fuzz()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)  # the fuzzer's own, which nobody waits for any more
        if hasattr(target, "finish"):
            target.finish()


if __name__ == "__main__":
    main()
