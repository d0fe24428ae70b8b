"""What tests in a browser share: a quiet Chromium and a quiet server."""

from werkzeug.serving import WSGIRequestHandler

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
