"""The gate's verdict on the posting candidates, for people: it shows, it stops nothing.

A blocking check would gate only its own run; what holds lines back is the gate inside the posting
step (`tieout.posting.run`), on the exact rows that are sealed.
"""

import dagster as dg
import polars as pl

from assets import keys
from assets.postings import STREAMS, target_systems
from assets.session import CloseSession
from expectations.gate import run_gate
from tieout.domain.clock import latest_day
from tieout.posting.candidates import read_candidates, sides_of


def gate_checks() -> list[dg.AssetChecksDefinition]:
    """The gate's verdict on each stream, for people."""
    return [_gate_check(stream, model) for stream, model in STREAMS.items()]


def _gate_check(stream: str, model: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=keys.model_key("posting", model),
        name="gate",
        description="The gate's verdict on the candidates; lines that fail are held back.",
    )
    def gate(context: dg.AssetCheckExecutionContext, session: CloseSession) -> dg.AssetCheckResult:
        policies = {k: str(v) for k, v in session.firm().policies.model_dump().items()}
        policies["as_of_date"] = latest_day(session.clock(context.run.run_id)).isoformat()
        findings = []
        evaluated = 0
        for system in target_systems():
            with session.warehouse.reading() as connection:
                found = read_candidates(connection, system.id)
            for (period, kind, entity), totals in found.totals.items():
                if kind != stream:
                    continue
                rows = found.frame.filter(
                    (pl.col("target") == system.id)
                    & (pl.col("period_id") == period)
                    & (pl.col("entry_type") == kind)
                    & (pl.col("legal_entity_id").fill_null("") == entity)
                )
                for side, expected in sides_of(rows, totals):
                    verdict = run_gate(stream, side, expected, policies)
                    evaluated += side.height
                    findings += verdict.findings
        return dg.AssetCheckResult(
            passed=not findings,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "evaluated": evaluated,
                "held": len(findings),
                "findings": dg.MetadataValue.json(
                    [
                        {"posting_key": f.posting_key, "rule": f.rule, "reason": f.reason_code}
                        for f in findings[:100]
                    ]
                ),
            },
        )

    return gate
