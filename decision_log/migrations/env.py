"""How Alembic reaches the database: by the connection of `migrate`, inside its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
