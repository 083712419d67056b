"""The sample firm: one deterministic professional-services firm that all sandbox systems show.

Entry points: `build_firm`, `manifest`, `manifest_json`, `write_firm_folder`. Records to import by
name: `tieout.sandbox.firm.model`.
"""

from __future__ import annotations

from tieout.sandbox.firm.firm import FirmState, SandboxFirm
from tieout.sandbox.firm.folder import write_firm_folder
from tieout.sandbox.firm.generate import build_firm
from tieout.sandbox.firm.manifest import PlantedFault, expected_rows, manifest, manifest_json

__all__ = [
    "FirmState",
    "PlantedFault",
    "SandboxFirm",
    "build_firm",
    "expected_rows",
    "manifest",
    "manifest_json",
    "write_firm_folder",
]
