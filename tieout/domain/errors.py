"""Errors a person must act on, each with the exit code of the command that meets it.

Programmer errors stay plain Python exceptions. Rows that cannot be used are not errors: they are
quarantined with reason, owner and amount (see `pipelines.landing`).
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_HELD = 1
EXIT_INPUT = 2
EXIT_UNREACHABLE = 3


class TieoutError(Exception):
    """An error with a message for the operator and the exit code of the command."""

    exit_code = EXIT_INPUT


class ConfigError(TieoutError):
    """The firm folder or a setting is wrong; nothing was changed.

    Args:
        message: what is wrong.
        file: the file that holds it, if known.
        line: the line in that file, counted from 1, if known.
        field: dotted path of the field, if known.
        fix: what to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
        fix: str | None = None,
    ) -> None:
        self.file, self.line, self.field, self.fix = file, line, field, fix
        self.problem = message
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        what = f"{field}: " if field else ""
        super().__init__(f"{place}{what}{message}" + (f"\n  fix: {fix}" if fix else ""))


class ContractError(ConfigError):
    """A source's records no longer have the declared shape; nothing of the table was landed."""


class SystemUnreachable(TieoutError):  # noqa: N818 - named for what happened
    """A system could not be reached or did not answer sensibly; running again is safe.

    Args:
        system: id of the system in `firm.yml`.
        tried: what was tried and how often.
        fix: what to do.
    """

    exit_code = EXIT_UNREACHABLE

    def __init__(self, system: str, tried: str, fix: str) -> None:
        self.system, self.tried, self.fix = system, tried, fix
        super().__init__(f"{system}: {tried}\n  fix: {fix}")


class AuthenticationFailed(SystemUnreachable):
    """A system refused our credentials (401 or 403)."""


class OutcomeUnknown(TieoutError):  # noqa: N818 - named for what happened
    """A request may have been carried out although no answer arrived; look up before resending."""

    exit_code = EXIT_UNREACHABLE

    def __init__(self, system: str, tried: str) -> None:
        self.system, self.tried = system, tried
        super().__init__(f"{system}: {tried}: the outcome is unknown")
