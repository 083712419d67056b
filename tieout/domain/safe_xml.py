"""Reading XML from outside without its dangers: no document type, no entities, a bounded size.

Here: `parse_xml`, used by whoever reads an ERP's XML. Not here: what the elements mean (the
vendor's own modules).
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.parsers import expat

BYTES_MAX = 50_000_000


def parse_xml(data: bytes) -> ET.Element:
    """The root element of a document.

    Raises:
        ValueError: if it is no well-formed XML, declares a document type (entities would come
            with it), or is larger than `BYTES_MAX`.
    """
    if len(data) > BYTES_MAX:
        raise ValueError(f"the XML has more than {BYTES_MAX} bytes")
    scout = expat.ParserCreate()
    scout.StartDoctypeDeclHandler = _refuse_doctype
    try:
        scout.Parse(data, True)
        return ET.fromstring(data)  # noqa: S314 - the scout has refused what makes it unsafe
    except (expat.ExpatError, ET.ParseError) as problem:
        raise ValueError(f"no well-formed XML: {problem}") from None


def local_name(element: ET.Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Direct children with a local name, in order."""
    return (child for child in element if local_name(child) == name)


def child_text(element: ET.Element, *path: str) -> str:
    """Text of the first element at a path of local names; empty when there is none."""
    found: ET.Element | None = element
    for name in path:
        found = None if found is None else next(children(found, name), None)
    return "" if found is None else (found.text or "").strip()


def _refuse_doctype(*_: object) -> None:
    raise ValueError("the XML declares a document type, which is refused")
