"""Write the golden import files of one vendor: `python -m tests.golden.posting_files.generate V`.

Refuses to write when any of the files exists: a golden file is read by a person, then kept. To
replace one, delete it first and say in the commit why the format changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.golden.posting_files.sample_lines import STREAMS, sample_header, sample_lines
from tieout.posting.registry import writer_for

FOLDER = Path(__file__).parent


def golden_files(vendor: str) -> dict[str, bytes]:
    """What the vendor's writer makes of the sample lines now, name -> content."""
    files: dict[str, bytes] = {}
    for stream in STREAMS:
        lines, header = sample_lines(stream, vendor), sample_header(stream, vendor)
        files |= writer_for(vendor).files(lines, header)
    return files


def main(vendor: str) -> None:
    """Write the files.

    Raises:
        SystemExit: if one of them exists already.
    """
    folder = FOLDER / vendor
    files = golden_files(vendor)
    standing = sorted(name for name in files if (folder / name).exists())
    if standing:
        raise SystemExit(f"{folder} holds {', '.join(standing)}: delete what is to be replaced")
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
