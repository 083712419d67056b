"""Write the golden files of a target: `python -m tests.golden.posting_files.generate <vendor>`.

Existing files are never overwritten: delete one by hand when its change is meant.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.golden.posting_files.sample_lines import STREAMS, sample_header, sample_lines
from tieout.posting.registry import writer_for

HERE = Path(__file__).parent


def golden_files(vendor: str) -> dict[str, bytes]:
    """The files of every sample batch at one target, as its writer makes them now."""
    files: dict[str, bytes] = {}
    for stream in STREAMS:
        header = sample_header(vendor, stream)
        files |= writer_for(vendor).files(sample_lines(vendor, stream), header)
    return files


def main(vendor: str, folder: Path = HERE) -> int:
    """Write what does not exist yet; 1 when anything existed with other bytes."""
    target = folder / vendor
    target.mkdir(parents=True, exist_ok=True)
    refused = 0
    for name, content in golden_files(vendor).items():
        path = target / name
        if not path.exists():
            path.write_bytes(content)
        elif path.read_bytes() != content:
            sys.stderr.write(f"{path.name} exists and differs: delete it first if this is meant\n")
            refused = 1
    return refused


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
