"""What Alembic runs: the migrations, on the engine that was handed in, in one transaction."""

from alembic import context
from sqlalchemy import Engine
from sqlmodel import SQLModel

import campaigns.store.tables  # noqa: F401 - registers every table in the metadata


def run() -> None:
    """Run the migrations on the engine given in the configuration."""
    engine: Engine = context.config.attributes["engine"]
    with engine.execution_options(samklang_write=True).connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
