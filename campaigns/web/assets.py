"""Static files under an address that changes with their content, so that they may be kept for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for

STATIC = Path(__file__).parent / "static"


@cache
def fingerprint(name: str) -> str:
    """The first digits of a static file's hash."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """The address of a static file in the version this process serves."""
    return url_for("static", filename=name, v=fingerprint(name))


def install(app: Flask) -> None:
    """Serve the static files. Flask would do it before the application could say that OPTIONS is not answered."""
    app.static_folder = str(STATIC)
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
