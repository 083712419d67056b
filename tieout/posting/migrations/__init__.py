"""The history of the posting ledger's tables: one Alembic revision per change.

Here: bringing a store to the newest revision when it is opened. Not here: the tables as they are
now (`tieout.posting.ledger_schema`), which a test compares with what the revisions make.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from tieout.domain.errors import TieoutError

FIRST = "0001"
BEFORE_ALEMBIC = "ledger_versions"


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the store behind a connection to a revision, inside its transaction.

    Args:
        connection: An open connection in a writing transaction.
        revision: The revision to reach; the newest one unless a test asks for another.

    Raises:
        TieoutError: A newer version of this program wrote the store.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None and sa.inspect(connection).has_table(BEFORE_ALEMBIC):
        command.stamp(config, FIRST)
        found = FIRST
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise TieoutError(
            f"The posting ledger has revision {found}; this program knows up to"
            f" {scripts.get_current_head()}\n  fix: run the version of tieout that wrote it"
        )
    if found != (scripts.get_current_head() if revision == "head" else revision):
        command.upgrade(config, revision)
