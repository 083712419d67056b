"""Configuration: the firm folder, secrets by reference, and where state lives.

`load_firm(folder)` reads and validates `firm.yml` with its crosswalks (every error names file and
line); `Home` lays out TIEOUT_HOME. Nothing here talks to a system; secrets are resolved when used.
"""

from tieout.config.firm import Entity, Firm, Route, SandboxSettings, System
from tieout.config.loading import load_firm
from tieout.config.paths import Home
from tieout.config.secrets import resolve_secret

__all__ = [
    "Entity",
    "Firm",
    "Home",
    "Route",
    "SandboxSettings",
    "System",
    "load_firm",
    "resolve_secret",
]
