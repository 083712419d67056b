"""Secrets are references, resolved when used and never stored: `env:NAME` or `file:path`.

A literal secret in firm.yml is refused when the file is read (`tieout.config.firm`).
"""

from __future__ import annotations

import os
from pathlib import Path

from tieout.domain.errors import ConfigError

SCHEMES = ("env:", "file:")


def is_reference(text: str) -> bool:
    """True if `text` refers to a secret instead of being one."""
    return text.startswith(SCHEMES)


def resolve_secret(reference: str, folder: Path) -> str:
    """The secret behind a reference.

    Args:
        reference: `env:NAME`, or `file:path` relative to the firm folder.
        folder: the firm folder.

    Raises:
        ConfigError: if the variable or file does not exist or is empty.
    """
    scheme, _, name = reference.partition(":")
    if scheme == "env":
        value = os.environ.get(name, "")
        fix = f"export {name} before running"
    else:
        path = folder / name
        value = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
        fix = f"write the secret into {name} inside the firm folder (mode 0600)"
    if not value:
        raise ConfigError(f"the secret {reference} is not set", field="secrets", fix=fix)
    return value
