"""Reading a firm folder: firm.yml, crosswalk tables, the implicit csv firm.

What is valid is said by `tieout.config.firm`; YAML and its lines are read by `yaml_model`. Every
problem becomes a ConfigError that names the file, the line, the field and the fix.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from pydantic import ValidationError

from tieout.config.firm import Firm
from tieout.config.yaml_model import read_yaml_model
from tieout.domain.errors import ConfigError

FIRM_FILE = "firm.yml"
REFERENCE = "docs/firm_folder.md"
CSV_FIRM_FILES = ("entries.csv", "entry_versions.csv", "erp_lines.csv")
_CROSSWALK_COLUMNS = ("canonical_id", "source_system", "source_id")
_ACCOUNT_COLUMNS = ("legal_entity_id", "target", "purpose", "account_code")


def load_firm(folder: Path | str) -> Firm:
    """Read and validate a firm folder.

    A folder without firm.yml that holds the csv_folder files is read as a firm of its own: one
    csv_folder system, the legal entities and currencies of entries.csv, no posting.

    Raises:
        ConfigError: naming file, line, field and fix.
    """
    folder = Path(folder).absolute()
    path = folder / FIRM_FILE
    if path.is_file():
        firm = read_yaml_model(path, Firm, REFERENCE)
    elif all((folder / name).is_file() for name in CSV_FIRM_FILES):
        firm = _implicit_csv_firm(folder)
    else:
        raise ConfigError(
            "no firm.yml here",
            file=str(folder),
            fix="name a firm folder with --firm, or write the sample firm: tieout sandbox start",
        )
    firm.attach(folder, _crosswalks(folder, firm))
    return firm


def _implicit_csv_firm(folder: Path) -> Firm:
    path = folder / "entries.csv"
    entries = read_text_csv(path)
    for column in ("legal_entity", "functional_currency"):
        if column not in entries.columns:
            raise ConfigError(
                f"the column {column} is missing",
                file=str(path),
                line=1,
                field=column,
                fix="write the columns of the csv_folder format",
            )
    # an entry without entity is the extraction's business: it is set aside there, with its line
    pairs = entries.select("legal_entity", "functional_currency").drop_nulls().unique()
    pairs = pairs.sort("legal_entity", "functional_currency")
    twice = pairs.filter(pl.col("legal_entity").is_duplicated())
    if twice.height:
        raise ConfigError(
            f"legal entity {twice['legal_entity'][0]} has more than one functional currency",
            file=str(path),
            field="functional_currency",
            fix="give every legal entity one functional currency",
        )
    return _csv_firm(folder, pairs, path)


def _csv_firm(folder: Path, pairs: pl.DataFrame, path: Path) -> Firm:
    data = {
        "firm": {"id": "csv_firm", "name": folder.name, "reporting_currency": "USD"},
        "entities": [
            {"id": entity, "name": entity, "functional_currency": currency}
            for entity, currency in pairs.iter_rows()
        ],
        "systems": [
            {
                "id": "csv_folder",
                "vendor": "csv_folder",
                "roles": ["time", "erp"],
                "options": {"path": str(folder)},
            }
        ],
        "ownership": {"time_entry": "csv_folder"},
    }
    try:
        return Firm.model_validate(data)
    except ValidationError as problem:
        first = problem.errors()[0]
        raise ConfigError(
            f"{first['msg'].removeprefix('Value error, ')}: {first['input']!r}",
            file=str(path),
            field="functional_currency"
            if "functional_currency" in first["loc"]
            else "legal_entity",
            fix="write an ISO 4217 currency code and an entity id of letters and digits",
        ) from None


def read_text_csv(path: Path) -> pl.DataFrame:
    """A CSV file with every column as text; empty fields are null.

    Raises:
        ConfigError: if the file cannot be parsed.
    """
    try:
        return pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError) as problem:
        raise ConfigError(
            f"not a readable CSV file: {str(problem).splitlines()[0]}",
            file=str(path),
            fix="save it as UTF-8 CSV with a header row",
        ) from None


def _crosswalks(folder: Path, firm: Firm) -> dict[str, pl.DataFrame]:
    tables: dict[str, pl.DataFrame] = {}
    known = {system.id for system in firm.systems}
    for path in sorted((folder / "crosswalks").glob("*.csv")):
        wanted = _ACCOUNT_COLUMNS if path.stem == "account" else _CROSSWALK_COLUMNS
        table = read_text_csv(path)
        missing = [column for column in wanted if column not in table.columns]
        if missing:
            raise ConfigError(
                f"the column {', '.join(missing)} is missing",
                file=str(path),
                line=1,
                fix=f"the header is {','.join(wanted)}",
            )
        system_column = "target" if path.stem == "account" else "source_system"
        strangers = table.with_row_index("line", offset=2).filter(
            ~pl.col(system_column).is_in(list(known))
        )
        if strangers.height:
            row = strangers.row(0, named=True)
            raise ConfigError(
                f"there is no system {row[system_column]}",
                file=str(path),
                line=row["line"],
                field=system_column,
                fix=f"use one of {', '.join(sorted(known))}",
            )
        tables[path.stem] = table.select(wanted)
    return tables
