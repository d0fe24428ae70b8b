"""Tests against real servers stand in the same world as those of the engine."""

from release.conftest import mail, sqlite_world

__all__ = ["mail", "sqlite_world"]
