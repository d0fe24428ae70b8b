"""The database: tables, queries scoped to the reader, the engine, the migrations. No rule of the trade lives here."""
