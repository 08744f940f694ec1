"""Takes the picture in the README: the demo's review in a real browser, before anybody has answered it."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from deploy.demo.__main__ import start
from deploy.demo.story import begin, see_review
from deploy.demo.telling import Teller

PICTURE: Final = Path(__file__).parents[2] / "docs" / "review.png"
CHROMIUM: Final = "/usr/bin/chromium"  # Debian's; playwright brings no browser of its own here
SIZE: Final = {"width": 1000, "height": 1180}


def main() -> None:
    """Live through the first half of the demo and photograph it."""
    teller = Teller()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ecto-fix-demo-")))
        standin, _product = start(folder, stack, teller)
        pull_request = begin(standin, teller)
        see_review(standin, pull_request, teller)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
            page.goto(pull_request.url)
            page.screenshot(path=PICTURE)
            browser.close()


if __name__ == "__main__":
    main()
