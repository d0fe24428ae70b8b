"""Bringing a database to the shape this version needs, with Alembic."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from campaigns.store.engine import reading


def _config(engine: Engine | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files(__name__)))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to a revision; new ones are made from nothing."""
    command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database back to an earlier revision, or `base` for nothing."""
    command.downgrade(_config(engine), revision)


def head() -> str:
    """The newest revision this version knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None  # noqa: S101 - the package ships its own revisions
    return newest


def current(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    with reading(engine) as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def knows(revision: str | None) -> bool:
    """Whether a revision is one of this version or an earlier one; one it does not know was made by a newer version."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return revision is None or revision in known
