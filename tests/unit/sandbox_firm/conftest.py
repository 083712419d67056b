"""The sample firm for the tests of this folder, built once."""

from __future__ import annotations

import pytest

from tieout.sandbox.firm import FirmState, SandboxFirm, build_firm


@pytest.fixture(scope="session")
def firm() -> SandboxFirm:
    """The firm of the demo."""
    return build_firm()


@pytest.fixture(scope="session")
def state(firm: SandboxFirm) -> FirmState:
    """What its systems show at the default clock."""
    return firm.at(firm.now)
