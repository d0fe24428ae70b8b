"""Databases on the PostgreSQL of the tests."""

import psycopg


def create_database(server: str, name: str, *, template: str = "template0", encoding: str | None = None) -> str:
    """A new database on the server, in another encoding if one is given; gives its address."""
    address = server.format(name="postgres").replace("+psycopg", "")
    other = f" ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'" if encoding else ""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{other}'.encode())
    return server.format(name=name)
