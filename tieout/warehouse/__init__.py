"""The warehouse file: one writer, one lock, and the copy that analysts read.

`Warehouse` opens the file under the lock, `ReadingLease` keeps it for close questions;
`write_configuration` lays the firm's configuration into `ops`; `publish` makes the immutable copy.
SQL that computes figures lives in `dbt_project/`.
"""

from tieout.warehouse.configuration import write_configuration
from tieout.warehouse.connection import Warehouse
from tieout.warehouse.lease import ReadingLease

__all__ = ["ReadingLease", "Warehouse", "write_configuration"]
