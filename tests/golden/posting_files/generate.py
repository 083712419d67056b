"""Write a vendor's golden import files: `python -m tests.golden.posting_files.generate <vendor>`.

It never overwrites: delete a folder first, and read the difference before committing it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.golden.posting_files.sample_lines import header, samples
from tieout.posting.registry import writer_for

FOLDER = Path(__file__).parent


def written(vendor: str) -> dict[str, bytes]:
    """Path below the vendor's folder -> content, as its writer writes the samples now."""
    writer = writer_for(vendor)
    return {
        f"{stream}/{name}": content
        for stream, lines in samples(vendor).items()
        for name, content in writer.files(lines, header(vendor, stream, lines)).items()
    }


def golden(vendor: str) -> dict[str, bytes]:
    """Path below the vendor's folder -> content, as it was kept."""
    root = FOLDER / vendor
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def main(vendor: str) -> None:
    """Write the files of one vendor.

    Raises:
        SystemExit: if one of them exists.
    """
    files = {FOLDER / vendor / name: content for name, content in written(vendor).items()}
    kept = [str(path) for path in files if path.exists()]
    if kept:
        raise SystemExit(f"not overwritten: {', '.join(kept)}; delete them first")
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
