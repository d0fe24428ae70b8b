"""What tests in a browser share: a quiet Chromium, what axe looks for in it, and a quiet server."""

import shutil

from werkzeug.serving import WSGIRequestHandler

CHROMIUM = shutil.which("chromium")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


class Silent(WSGIRequestHandler):
    """Requests are not worth a line in a test's output."""

    def log_request(self, *_args: object) -> None:
        return
