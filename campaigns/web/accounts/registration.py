"""The first login: choose a password, set up the second factor, keep the recovery codes. Only then one is signed in."""

from werkzeug.wrappers import Response


def begin(member_id: str) -> Response:
    """Go on from an accepted invitation: puts the pending member in the session and redirects to `/inbjudan/losenord`.

    Whoever has a password already is sent to the login instead: an invitation never replaces a password.
    """
    raise NotImplementedError
