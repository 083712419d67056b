"""Sealing: the files of a batch, their manifest, and the chain of manifests.

Here: what a batch's folder holds, and finding out later whether anything in it was touched. Not
here: where the folder is and how it gets there whole (`tieout.posting.outbox`), the ERP's file
formats (`tieout.posting.writers`) and the moment of sealing (`tieout.posting.run`).

A folder `<outbox>/<target>/<batch id>/` holds the writer's files, `lines.parquet` (the exact
rows, from which a batch is finished after a crash), `members.parquet` (the entries of lines that
stand for several, if there are any) and `manifest.json` with control totals, the
SHA-256 of every file and the SHA-256 of the target's previous manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path

import polars as pl

from tieout.domain.errors import TieoutError
from tieout.posting.ledger_records import Seal, StoredBatch
from tieout.posting.outbox import folder_of, write_whole
from tieout.posting.payload import conform, totals_of
from tieout.posting.writers.base import BatchHeader, Writer

MANIFEST = "manifest.json"
LINES = "lines.parquet"
MEMBERS = "members.parquet"
NOT_FOR_THE_ERP = (MANIFEST, LINES, MEMBERS)
FORMAT = "tieout.posting.manifest/1"


class SealBroken(TieoutError):  # noqa: N818 - named for what happened
    """A sealed folder is not what the ledger says was sealed; nothing of it is sent."""

    exit_code = 1


def seal_batch(
    outbox: Path,
    batch: StoredBatch,
    lines: pl.DataFrame,
    writer: Writer,
    previous_sha256: str,
    sealed_at: datetime,
    members: pl.DataFrame | None = None,
) -> Seal:
    """Write the folder of a batch and return its seal. Equal input gives equal bytes.

    The folder is written beside its place, flushed to disk and renamed, so a reader sees all of
    it or nothing. A folder that stands in its place (of a ledger that was restored) is set
    aside, never overwritten.

    Raises:
        SealBroken: The lines do not sum to the totals that were planned.
    """
    apart = totals_of(lines).differences(batch.totals)
    if apart:
        names = ", ".join(text.split()[0] for text in apart)
        raise SealBroken(f"{batch.batch_id}: the lines differ from the plan in {names}")
    header = BatchHeader(
        batch_id=batch.batch_id,
        firm_id=batch.firm_id,
        target=batch.target,
        stream=batch.stream,
        legal_entity_id=batch.legal_entity_id,
        period_id=batch.period_id,
        created_at=batch.created_at,
        totals=batch.totals,
    )
    files = dict(writer.files(lines, header))
    misnamed = [name for name in files if Path(name).name != name or name in NOT_FOR_THE_ERP]
    if misnamed or not files:
        raise ValueError(f"The writer of {batch.target} named its files {sorted(files)}")
    files[LINES] = _parquet(lines)
    if members is not None and members.height:
        files[MEMBERS] = _parquet(members)
    manifest = _manifest(batch, files, previous_sha256, sealed_at)
    files[MANIFEST] = manifest
    write_whole(folder_of(outbox, batch), files)
    return Seal(
        batch_id=batch.batch_id,
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        previous_sha256=previous_sha256,
        file_names=tuple(sorted(files)),
    )


def open_sealed(outbox: Path, batch: StoredBatch, seal: Seal) -> pl.DataFrame:
    """Return the lines of a sealed batch after proving that its folder is untouched.

    Raises:
        SealBroken: A file is missing, added or changed, or the manifest is another.
    """
    problems = check_folder(folder_of(outbox, batch), seal)
    if problems:
        raise SealBroken(f"{batch.batch_id}: {'; '.join(problems)}")
    content = (folder_of(outbox, batch) / LINES).read_bytes()
    return conform(pl.read_parquet(io.BytesIO(content)))


def import_files(folder: Path) -> dict[str, bytes]:
    """The files of a sealed folder that are for the ERP, name -> content."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.name not in NOT_FOR_THE_ERP
    }


def check_folder(folder: Path, seal: Seal) -> list[str]:
    """Say what differs between a sealed folder and its seal; empty when nothing does."""
    path = folder / MANIFEST
    if not path.is_file():
        return [f"there is no {MANIFEST}"]
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != seal.manifest_sha256:
        return [f"{MANIFEST} is not the one that was sealed"]
    manifest = json.loads(content)
    problems: list[str] = []
    if manifest["previous_manifest_sha256"] != seal.previous_sha256:
        problems.append(f"{MANIFEST} follows another manifest than the ledger says")
    sealed = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    present = {entry.name for entry in folder.iterdir()} - {MANIFEST}
    problems += [f"{name} was added" for name in sorted(present - set(sealed))]
    for name, expected in sorted(sealed.items()):
        if name not in present:
            problems.append(f"{name} is missing")
        elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
            problems.append(f"{name} was changed")
    return problems


def check_chain(outbox: Path, target: str, seals: list[Seal], genesis: str) -> list[str]:
    """Say where a target's chain of sealed folders is broken; empty when it is whole.

    Args:
        outbox: Root of all sealed folders.
        target: The ERP's system id.
        seals: The target's seals in the ledger, oldest first.
        genesis: What the first manifest names as its previous one.
    """
    problems: list[str] = []
    previous = genesis
    for seal in seals:
        if seal.previous_sha256 != previous:
            problems.append(f"{seal.batch_id}: does not follow the batch before it")
        found = check_folder(outbox / target / seal.batch_id, seal)
        problems += [f"{seal.batch_id}: {problem}" for problem in found]
        previous = seal.manifest_sha256
    return problems


def _manifest(
    batch: StoredBatch, files: dict[str, bytes], previous_sha256: str, sealed_at: datetime
) -> bytes:
    """The manifest as bytes: sorted keys, so that equal facts give an equal hash."""
    facts = {
        "format": FORMAT,
        "batch_id": batch.batch_id,
        "firm_id": batch.firm_id,
        "target": batch.target,
        "stream": batch.stream,
        "legal_entity_id": batch.legal_entity_id,
        "period_id": batch.period_id,
        "sealed_by": batch.actor,
        "created_at": batch.created_at.isoformat(),
        "sealed_at": sealed_at.isoformat(),
        "control_totals": {
            "count": batch.totals.line_count,
            "hours": str(batch.totals.hours),
            "cost_amount_by_currency": {
                code: str(value) for code, value in sorted(batch.totals.amounts.items())
            },
        },
        "gate": {
            "frame_sha256": batch.frame_sha256,
            "evaluated": batch.gate_evaluated,
            "quarantined": batch.gate_quarantined,
            "rules": dict(sorted(batch.gate_rules.items())),
        },
        "files": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        ],
        "previous_manifest_sha256": previous_sha256,
    }
    return json.dumps(facts, indent=1, sort_keys=True).encode() + b"\n"


def _parquet(lines: pl.DataFrame) -> bytes:
    """The rows as Parquet: exact types, byte for byte the same for the same rows."""
    buffer = io.BytesIO()
    lines.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()
