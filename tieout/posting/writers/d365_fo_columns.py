"""The data entities that posting to Dynamics 365 F&O fills: names, columns, levels, lengths.

Here: what is fixed by the entities of Finance and Operations (names and attributes of the Common
Data Model schemas `ProjJournalTableEntity`, `ProjJournalTransEntity`, `ExpenseJournalHeaderEntity`,
`ExpenseJournalLineEntity`, `LedgerJournalEntity`; in a package attributes are upper case) and how a
posting key stands in their text fields. Not here: rows (`d365_fo_lines`), the zip
(`d365_fo_package`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieout.domain.keys import shorten

JOURNAL_LINES_MAX: Final = 10_000
"""Lines per journal: what Microsoft advises for the general journal entity, used for all three."""
JOURNAL_ID_MAX: Final = 20
TEXT_MAX: Final = 60
HOUR_JOURNAL: Final = "TieoutHour"
EXPENSE_JOURNAL: Final = "TieoutExp"
GENERAL_JOURNAL: Final = "TieoutGen"
"""Journal names that the firm sets up; ten characters are the most a name has."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One data entity of a package.

    Attributes:
        name: public name, also the name of its file.
        columns: attributes in the order of the file.
        level: level in the execution unit; headers come before their lines.
        keys: columns of the entity's natural key.
        key_columns: columns that hold the posting key, in order; none for a header.
    """

    name: str
    columns: tuple[str, ...]
    level: int
    keys: tuple[str, ...]
    key_columns: tuple[str, ...] = ()


HOUR_HEADER: Final = Entity(
    "Project hour journals",
    ("JOURNALBATCHNUMBER", "JOURNALNAME", "JOURNALTYPE", "DESCRIPTION", "TXT"),
    1,
    ("JOURNALBATCHNUMBER",),
)
HOUR_LINE: Final = Entity(
    "Project hour journal lines",
    (
        "JOURNALID", "LINENUMBER", "PROJECTDATE", "VOUCHERDATE", "PROJECTID", "CATEGORY",
        "LINEPROPERTY", "RESOURCEID", "HOURS", "COSTPRICE", "SALESPRICE", "CURRENCYID",
        "DESCRIPTION",
    ),
    2,
    ("JOURNALID", "LINENUMBER"),
    ("DESCRIPTION",),
)  # fmt: skip
EXPENSE_HEADER: Final = Entity(
    "Project expense journal header",
    ("JOURNALBATCHNUMBER", "JOURNALNAMEID", "DESCRIPTION", "POSTINGLAYER"),
    1,
    ("JOURNALBATCHNUMBER",),
)
EXPENSE_LINE: Final = Entity(
    "Project expense journal lines",
    (
        "JOURNALBATCHNUMBER", "LINENUMBER", "VOUCHER", "VOUCHERDATE", "ACCOUNTTYPE",
        "ACCOUNTDISPLAYVALUE", "OFFSETACCOUNTTYPE", "OFFSETACCOUNTDISPLAYVALUE", "PROJID",
        "PROJECTCATEGORY", "PROJECTLINEPROPERTY", "PROJECTDATE", "PROJECTCOSTQUANTITY",
        "PROJECTCOSTPRICE", "PROJECTSALESPRICE", "PROJECTSALESCURRENCYCODE", "RESOURCEID",
        "DEBITAMOUNT", "CREDITAMOUNT", "CURRENCYCODE", "TEXT", "OFFSETTRANSACTIONTEXT",
    ),
    2,
    ("JOURNALBATCHNUMBER", "LINENUMBER"),
    ("TEXT", "OFFSETTRANSACTIONTEXT"),
)  # fmt: skip
GENERAL_LINE: Final = Entity(
    "General journal",
    (
        "JOURNALBATCHNUMBER", "JOURNALNAME", "DESCRIPTION", "POSTINGLAYER", "LINENUMBER",
        "VOUCHER", "TRANSDATE", "DOCUMENTDATE", "ACCOUNTTYPE", "ACCOUNTDISPLAYVALUE",
        "OFFSETACCOUNTTYPE", "OFFSETACCOUNTDISPLAYVALUE", "CURRENCYCODE", "DEBITAMOUNT",
        "CREDITAMOUNT", "TEXT", "OFFSETTEXT",
    ),
    1,
    ("JOURNALBATCHNUMBER", "LINENUMBER"),
    ("TEXT", "OFFSETTEXT"),
)  # fmt: skip
ENTITIES: Final = (HOUR_HEADER, HOUR_LINE, EXPENSE_HEADER, EXPENSE_LINE, GENERAL_LINE)
LINE_ENTITIES: Final = (HOUR_LINE, EXPENSE_LINE, GENERAL_LINE)


def batch_text(batch_id: str) -> str:
    """A batch's id as a journal's description; the ERP is asked for it after any crash."""
    return shorten(batch_id, TEXT_MAX)


def journal_id(batch_id: str, number: int) -> str:
    """The placeholder that groups the lines of a journal; the number sequence replaces it."""
    return f"{shorten(batch_id, JOURNAL_ID_MAX - 4)}-{number:03d}"


def key_texts(posting_key: str, fields: int) -> tuple[str, ...]:
    """A posting key spread over the text fields of a line, 60 characters each.

    A key that does not fit is replaced by its digest (`tieout.domain.keys.shorten`).

    Args:
        posting_key: the key.
        fields: how many text fields the line has.
    """
    room = TEXT_MAX * fields
    text = posting_key if len(posting_key) <= room else shorten(posting_key, TEXT_MAX)
    return tuple(text[TEXT_MAX * n : TEXT_MAX * (n + 1)] for n in range(fields))
