"""A report for (P, K) is the same bytes whatever was loaded after K.

The firm closes March 2026 on 5 April. Afterwards three more months arrive, and with them all that
reaches back into March: a late entry, an edit, a deletion, a reversal, a reopened period, another
exchange rate, a worker who left.
"""

import hashlib
from datetime import date

import pytest

from tests.integration.csv_firm import (
    FIRM,
    Built,
    entry,
    line_of,
    workdays,
    write_file,
    write_master,
)

K = "2026-04-05"
END_OF_K = f"{K} 23:59:59.999999"
P = "2026-03"
WEEKS = "calendar: {kind: 4-4-5, start: 2025-12-29}"
MONTH_ENDS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30}


def write_months(folder, last):
    """The firm's files as they are when that month is over, with all that they say about before."""
    entries, lines = [], []
    for month in range(1, last + 1):
        # Mondays and Tuesdays are enough
        days = workdays(date(2026, month, 1), date(2026, month, MONTH_ENDS[month]))
        for worker in ("W1", "W2"):
            for day in (one for one in days if one.weekday() < 2):
                row = entry(f"{worker}-{day:%m%d}", worker, day, source_version=1)
                entries.append(row)
                if day.day < 25:
                    lines.append(line_of(row, "legacy", "tool_a"))
    periods = [period(month, 1, "open", date(2026, 1, 1)) for month in range(1, 7)]
    periods += [
        period(month, 2, "closed", date(2026, month + 1, 3)) for month in range(1, last + 1)
    ]
    if last > 3:
        entries += what_reached_back_into_march(entries)
        first = next(row for row in entries if row["entry_id"] == "W1-0309")
        lines.append(
            line_of(
                first, "legacy", "tool_a", erp_line_id="R-1", hours="-8", cost_amount_functional="-760",
                external_id="R:acme:legacy:tool_a:W1-0309:v1:cost", bill_amount_contract="-1600",
                accounting_date="2026-04-21", posted_at="2026-04-21T22:00:00Z",
                known_at="2026-04-21T22:00:00Z",
            )
        )  # fmt: skip
        periods += [
            period(3, 3, "reopened", date(2026, 4, 15)),
            period(3, 4, "closed", date(2026, 4, 25)),
        ]
    write_file(folder / "tool_a", "time_entries", entries)
    write_file(folder / "legacy", "erp_lines", lines)
    write_file(folder / "legacy", "accounting_periods", periods)


def what_reached_back_into_march(entries):
    """Later versions of entries of March, and one that nobody had entered."""
    by_id = {row["entry_id"]: row for row in entries}
    later = {"source_version": 2, "known_at": "2026-04-20T09:00:00Z"}
    return [
        by_id["W1-0309"] | later | {"hours": "6"},
        by_id["W2-0310"] | later | {"is_deleted": "true"},
        by_id["W1-0330"] | later | {"approval_status": "rejected"},
        entry(
            "W1-0327", "W1", date(2026, 3, 27), source_version=1, known_at="2026-04-18T09:00:00Z"
        ),
    ]


def period(month, version, status, known):
    return {
        "period_id": f"2026-{month:02d}", "legal_entity_id": "US01", "source_version": version,
        "accounting_period_id": f"2026-{month:02d}", "start_date": f"2026-{month:02d}-01",
        "end_date": f"2026-{month:02d}-{MONTH_ENDS[month]}", "period_status": status,
        "known_at": known,
    }  # fmt: skip


def write_later_master(folder):
    """Another rate for January on, and a worker who had left in March: both told in May."""
    rates = [
        {"rate_id": "GBP", "from_currency_code": "GBP", "to_currency_code": "USD",
         "rate_date": "2026-01-01", "fx_rate": rate, "source_version": version, "known_at": known}
        for version, rate, known in ((1, "1.25", "2026-01-01"), (2, "1.75", "2026-05-01"))
    ]  # fmt: skip
    workers = [
        {"worker_id": worker, "worker_name": worker, "legal_entity_id": entity,
         "employment_status": status, "terminated_date": left, "source_version": version,
         "known_at": known}
        for worker, entity, status, left, version, known in (
            ("W1", "US01", "active", "", 1, "2026-01-01"),
            ("W2", "UK01", "active", "", 1, "2026-01-01"),
            ("W2", "UK01", "terminated", "2026-03-15", 2, "2026-05-01"),
        )
    ]  # fmt: skip
    write_file(folder / "legacy", "fx_rates", rates)
    write_file(folder / "psa", "workers", workers)


@pytest.fixture
def folder(tmp_path):
    """The firm at the close of March; UK01 counts in weeks, US01 in months."""
    home = tmp_path / "firm"
    home.mkdir()
    zone = "time_zone: Europe/London"
    (home / "firm.yml").write_text(FIRM.replace(zone, f"{zone}, {WEEKS}"))
    write_master(home)
    write_months(home, 3)
    return home


def digests(rows_of, tables):
    """Table -> hash of its rows, in the order of their text."""
    return {
        table: hashlib.sha256(
            "\n".join(sorted(str(tuple(row.values())) for row in rows_of(f"select * from {table}"))).encode()
        ).hexdigest()
        for table in tables
    }  # fmt: skip


def marts(built):
    return [
        f"{row['table_schema']}.{row['table_name']}"
        for row in built.rows(
            "select table_schema, table_name from information_schema.tables where table_schema in"
            " ('reconciliation', 'close', 'posting', 'canonical') order by all"
        )
    ]


def test_every_mart_of_an_old_close_is_the_same_after_three_more_months(folder):
    before = Built(folder, END_OF_K, P)
    tables = marts(before)
    assert sum(table.startswith("reconciliation.rec_") for table in tables) >= 12
    first = digests(before.rows, tables)
    status = "select status, close_version, is_reopened from canonical.dim_accounting_periods where"
    march = f"{status} legal_entity_id = 'US01' and accounting_period_id = '2026-03'"
    write_months(folder, 6)
    write_later_master(folder)
    again = Built(folder, END_OF_K, P)
    assert {t for t, digest in digests(again.rows, tables).items() if digest != first[t]} == set()
    # the same files do say something else of March as of July, or nothing was tested
    later = Built(folder, "2026-07-05 12:00:00", P)
    changed = {t for t, digest in digests(later.rows, tables).items() if digest != first[t]}
    assert {
        "reconciliation.rec_tie_out_identities",
        "reconciliation.rec_approved_not_posted",
        "reconciliation.rec_adjusted_not_reclassified",
        "reconciliation.rec_cut_off",
        "canonical.dim_fx_rates",
    } <= changed
    assert later.rows(march) == [{"status": "closed", "close_version": 2, "is_reopened": False}]
    assert again.rows(march) == [{"status": "closed", "close_version": 1, "is_reopened": False}]
