"""The warehouse file: one writer, one lock, and the copy that analysts read.

`Warehouse` opens the file under the lock; `write_configuration` lays the firm's configuration into
`ops`; `publish` makes the immutable copy. SQL that computes figures lives in `dbt_project/`.
"""

from tieout.warehouse.configuration import write_configuration
from tieout.warehouse.connection import Warehouse

__all__ = ["Warehouse", "write_configuration"]
