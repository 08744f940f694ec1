"""Run the stand-in from the command line: `python -m deploy.standin --port 8500 --data DIR`."""

import argparse
import tempfile
from pathlib import Path

import uvicorn

from deploy.standin.app import create_app
from deploy.standin.server import HOST


def main() -> None:
    """Read the arguments and serve until interrupted."""
    parser = argparse.ArgumentParser(description="A GitHub on your own machine, for tests and demonstrations.")
    parser.add_argument("--port", type=int, default=8500)
    parser.add_argument("--data", type=Path, help="where the bare repositories are kept; a temporary folder otherwise")
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--url", help="how others reach it, if that is not http://HOST:PORT")
    parser.add_argument("--lenient", action="store_true", help="write violations down, but do not refuse them")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="standin-") as temporary:
        app = create_app(
            given.data or Path(temporary), given.url or f"http://{given.host}:{given.port}", strict=not given.lenient
        )
        uvicorn.run(app, host=given.host, port=given.port, log_level="warning", ws="none", lifespan="off")


if __name__ == "__main__":
    main()
