"""Data packages as the emulated Dynamics 365 F&O reads them.

Here: the zip, its XML parts and its entity files. Not here: what a row must be
(`d365_fo_rules`).

Named assumptions: XML parts are UTF-16 with a mark (those of a published package are) or UTF-8; a
part that is missing or cannot be read makes the whole import fail; a file is read by the manifest's
map, so columns that are not mapped are ignored and mapped ones must be there.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

NAMESPACE: Final = "{http://schemas.microsoft.com/dynamics/2015/01/DataManagement}"
UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class BrokenPackage(Exception):  # noqa: N818 - named for what happened
    """The package cannot be imported at all."""


@dataclass(frozen=True)
class EntityFile:
    """One entity of a package.

    Attributes:
        entity: entity name.
        level: level in the execution unit.
        sequence: place in the level.
        rows: the rows, column name (upper case) -> text.
    """

    entity: str
    level: int
    sequence: int
    rows: list[dict[str, str]]


def read_package(content: bytes) -> list[EntityFile]:
    """The entity files of a package in the order in which they are imported.

    Raises:
        BrokenPackage: with the reason.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile:
        raise BrokenPackage("The package is not a valid zip file.") from None
    for name in ("Manifest.xml", "PackageHeader.xml"):
        if name not in parts:
            raise BrokenPackage(f"{name} is missing in the package.")
    header = _xml(parts["PackageHeader.xml"])
    if header.findtext(f"{NAMESPACE}PackageType") != "DefinitionGroup":
        raise BrokenPackage("The package type is not DefinitionGroup.")
    manifest = _xml(parts["Manifest.xml"])
    listed = manifest.iter(f"{NAMESPACE}DataManagementPackageEntityData")
    files = [_entity(item, parts) for item in listed]
    return sorted(files, key=lambda file: (file.level, file.sequence))


def _xml(content: bytes) -> ET.Element:
    encoding = "utf-16" if content[:2] in UTF_16_MARKS else "utf-8"
    try:
        return ET.fromstring(content.decode(encoding))  # noqa: S314 - of our own tests
    except (ET.ParseError, UnicodeDecodeError):
        raise BrokenPackage("An XML part of the package cannot be read.") from None


def _entity(item: ET.Element, parts: dict[str, bytes]) -> EntityFile:
    def text(name: str) -> str:
        return item.findtext(f"{NAMESPACE}{name}") or ""

    path = text("InputFilePath")
    if path not in parts:
        raise BrokenPackage(f"The file {path} is missing in the package.")
    columns = {
        entry.findtext(f"{NAMESPACE}XMLField") or "": entry.findtext(f"{NAMESPACE}EntityField")
        or ""
        for entry in item.iter(f"{NAMESPACE}EntityMap")
    }
    reader = csv.DictReader(io.StringIO(parts[path].decode("utf-8"), newline=""))
    missing = sorted(set(columns) - set(reader.fieldnames or ()))
    if missing:
        raise BrokenPackage(f"The file {path} has no column {missing[0]}.")
    rows = [{field: row[name] or "" for name, field in columns.items()} for row in reader]
    return EntityFile(
        text("EntityName"), int(text("LevelInExecutionUnit")), int(text("SequenceInLevel")), rows
    )
