"""What a browser is called, from what it says of itself: enough to know one's own again, and no more."""

from campaigns.domain.errors import N_
from campaigns.web.site import words

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = N_("an unknown browser")


def browser_of(agent: str) -> str:
    """Firefox on Windows. The first sign counts: most browsers also claim to be the others."""
    browser = next((name for sign, name in BROWSERS if sign in agent), None)
    device = next((name for sign, name in DEVICES if sign in agent), None)
    if browser is None:
        return device or words()._(UNKNOWN)
    return words()._(N_("{browser} on {device}"), browser=browser, device=device) if device else browser
