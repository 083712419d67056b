"""A data package of Dynamics 365 F&O: a zip with Manifest.xml, PackageHeader.xml, entity files.

Here: writing it, the same bytes for the same tables, and reading it. Not here: what stands in the
tables (`d365_fo_lines`).

The XML parts follow a package that Microsoft publishes: UTF-16, little endian, with its mark, no
XML declaration. Entity files are CSV in UTF-8: header row, comma, double quote where needed, rows
end with carriage return and line feed. Parts are stored, not compressed: what a compressor makes
of the same bytes changes from one release to the next, and the seal is over the bytes.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

import polars as pl

from tieout.posting.writers.d365_fo_columns import ENTITIES, Entity

NAMESPACES: Final = (
    'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns="http://schemas.microsoft.com/dynamics/2015/01/DataManagement"'
)
MANIFEST_TYPE: Final = (
    "Microsoft.Dynamics.AX.Framework.Tools.DataManagement.Serialization."
    "DataManagementPackageManifest"
)
SOURCE_FORMAT: Final = "CSV"
DEFINITION_GROUP: Final = "Tieout"
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
UNIX: Final = 3


def write_package(tables: Mapping[str, pl.DataFrame], description: str) -> bytes:
    """A package with the entity files given.

    Args:
        tables: entity name -> its rows as text; written in the order of `ENTITIES`.
        description: what stands in manifest and header.
    """
    present = [entity for entity in ENTITIES if entity.name in tables]
    parts = {
        "Manifest.xml": _xml(_manifest(present, description)),
        "PackageHeader.xml": _xml(_header(description)),
        **{f"{entity.name}.csv": _csv(tables[entity.name]) for entity in present},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, ZIP_DATE)
            part.create_system = UNIX
            package.writestr(part, content)
    return buffer.getvalue()


def read_package(content: bytes) -> dict[str, list[dict[str, str]]]:
    """The rows of every entity file of a package, entity name -> rows.

    Raises:
        ValueError: if it is no package, or a file has other columns than its entity.
    """
    found: dict[str, list[dict[str, str]]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for entity in ENTITIES:
                name = f"{entity.name}.csv"
                if name in package.namelist():
                    found[entity.name] = _read(entity, package.read(name))
    except zipfile.BadZipFile:
        raise ValueError("this is no data package: it is no zip file") from None
    return found


def _read(entity: Entity, content: bytes) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    if tuple(reader.fieldnames or ()) != entity.columns:
        raise ValueError(f"{entity.name}.csv has other columns than the entity")
    return list(reader)


def _csv(table: pl.DataFrame) -> bytes:
    """Rows as a file; an empty text is an empty cell without quotes."""
    cells = table.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return cells.write_csv(quote_style="necessary", line_terminator="\r\n").encode("utf-8")


def _xml(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


def _header(description: str) -> str:
    return (
        f"<DataManagementPackageHeader {NAMESPACES}>"
        f"<Description>{escape(description)}</Description>"
        f"<ManifestType>{MANIFEST_TYPE}</ManifestType>"
        "<PackageType>DefinitionGroup</PackageType><PackageVersion>1</PackageVersion>"
        "</DataManagementPackageHeader>"
    )


def _manifest(entities: list[Entity], description: str) -> str:
    listed = "".join(_entity(entity, n + 1) for n, entity in enumerate(entities))
    return (
        f"<DataManagementPackageManifest {NAMESPACES}>"
        f"<DefinitionGroupName>{DEFINITION_GROUP}</DefinitionGroupName>"
        f"<Description>{escape(description)}</Description>"
        f"<PackageEntityList>{listed}</PackageEntityList></DataManagementPackageManifest>"
    )


def _entity(entity: Entity, sequence: int) -> str:
    maps = "".join(_map(column) for column in entity.columns)
    return (
        f"<DataManagementPackageEntityData><EntityMapList>{maps}</EntityMapList>"
        f'<EntityName>{entity.name}</EntityName><EntityTransformList i:nil="true" />'
        "<ExcelSheetName /><ExecutionUnit>1</ExecutionUnit>"
        "<FailExecutionUnitOnError>false</FailExecutionUnitOnError>"
        "<FailLevelOnError>false</FailLevelOnError>"
        f"<InputFilePath>{entity.name}.csv</InputFilePath>"
        f"<LevelInExecutionUnit>{entity.level}</LevelInExecutionUnit>"
        "<RunBusinessLogic>true</RunBusinessLogic>"
        "<RunBusinessValidation>true</RunBusinessValidation><SampleFilePath />"
        f"<SequenceInLevel>{sequence}</SequenceInLevel><SourceFormat>{SOURCE_FORMAT}</SourceFormat>"
        "<ValidationStatus>Yes</ValidationStatus></DataManagementPackageEntityData>"
    )


def _map(column: str) -> str:
    return (
        f"<EntityMap><ArrayIndex>0</ArrayIndex><EntityField>{column}</EntityField>"
        '<EntityFieldConversionList i:nil="true" /><IsAutoDefault>false</IsAutoDefault>'
        "<IsAutoGenerated>false</IsAutoGenerated>"
        "<IsDefaultValueEqualNull>false</IsDefaultValueEqualNull>"
        f"<UseTextQualifier>true</UseTextQualifier><XMLField>{column}</XMLField></EntityMap>"
    )
