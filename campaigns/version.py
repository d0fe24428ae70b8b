"""Which version of Samklang this is."""

from importlib.metadata import PackageNotFoundError, version


def this_version() -> str:
    """The version that was installed; a dash where the code runs without having been."""
    try:
        return version("samklang")
    except PackageNotFoundError:
        return "–"
