"""What the answers of an ERP of files mean: status words and reject texts.

Here: words of every such ERP, behind the words of the firm's template. Not here: reading the
response files (`tieout.posting.delivery.legacy_files_answers`). There is no vendor to quote: the
template's own rules come first, and an unknown text stays a plain rejection in the ERP's words.
"""

from __future__ import annotations

import polars as pl

from tieout.posting.acks.base import UNCLASSIFIED, RejectRule, classify
from tieout.posting.writers.legacy_files_template import Response

RULES = (
    RejectRule(r"period.*(clos|lock|not open)|(clos|lock)ed.*period|lock date", "PERIOD_CLOSED"),
    RejectRule(r"posting date.*(range|allowed)|fiscal year.*(clos|not)", "PERIOD_CLOSED"),
    RejectRule(r"tax (code|group)|VAT", "TAX_MISSING"),
    RejectRule(r"(project|job|contract|WBS).*(inactive|blocked|clos|not open)", "PROJECT_INACTIVE"),
    RejectRule(r"(employee|worker|resource).*(unknown|invalid|not (found|exist))",
               "WORKER_NOT_IN_ERP"),
    RejectRule(r"(employee|worker|resource).*(inactive|blocked)", "WORKER_NOT_IN_ERP"),
    RejectRule(r"(unknown|invalid|no such) (employee|worker|resource)", "WORKER_NOT_IN_ERP"),
    RejectRule(r"account.*(unknown|invalid|not (found|exist)|blocked)", "ACCOUNT_UNMAPPED"),
    RejectRule(r"(unknown|invalid|no such) account", "ACCOUNT_UNMAPPED"),
    RejectRule(r"exchange rate|no rate", "FX_MISSING"),
    RejectRule(r"currency", "CURRENCY_MISMATCH"),
    RejectRule(r"balance", "UNBALANCED"),
    RejectRule(r"duplicate|already (exists|posted|imported)", "DUPLICATE"),
    RejectRule(r"in use|locked by", "RECORD_LOCKED"),
    RejectRule(r"permission|not authori[sz]ed|access denied", "PERMISSION_DENIED"),
    RejectRule(r"unknown|invalid|not found|does not exist|no such", "REF_INVALID"),
)  # fmt: skip
"""First match wins."""


def outcomes_of(statuses: pl.Expr, response: Response) -> pl.Expr:
    """The outcome of each status word; null for a word that the template does not know."""
    words = {
        **dict.fromkeys(response.rejected, "rejected"),
        **dict.fromkeys(response.already_there, "already_there"),
        **dict.fromkeys(response.accepted, "accepted"),
    }
    return statuses.replace_strict(words, default=None, return_dtype=pl.String)


def reasons_of(messages: pl.Series, response: Response) -> pl.Series:
    """The reason code of each reject text; each different text is read once."""
    own = [RejectRule(rule.pattern, rule.reason_code) for rule in response.reasons]
    texts = messages.drop_nulls().unique().to_list()
    meanings = {text: classify(text, [*own, *RULES]) for text in texts}
    return messages.replace_strict(meanings, default=UNCLASSIFIED, return_dtype=pl.String)
