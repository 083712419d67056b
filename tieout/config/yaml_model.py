"""A YAML file as a validated model, every problem with its line and its fix.

Here: parsing and the error's place, for any model. Not here: what is valid in a firm
(`tieout.config.firm`) or in a template of files (`tieout.posting.writers`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from tieout.domain.errors import ConfigError

_Model = TypeVar("_Model", bound=BaseModel)


def read_yaml_model(path: Path, model: type[_Model], reference: str) -> _Model:
    """The file as a model.

    Args:
        path: the file; it exists.
        model: what it must be.
        reference: the page that describes it, named in the fix.

    Raises:
        ConfigError: naming file, line, field and fix.
    """
    data = _parse(path)
    try:
        return model.model_validate(_plain(data))
    except ValidationError as problem:
        first = problem.errors()[0]
        location = (*first["loc"], *first.get("ctx", {}).get("place", ()))
        more = len(problem.errors()) - 1
        message = first["msg"].removeprefix("Value error, ")
        if first["type"] == "missing":
            message = "this field is required"
        elif first["type"] == "extra_forbidden":
            message = "this field is not known"
        raise ConfigError(
            message + (f" (and {more} more problems)" if more else ""),
            file=str(path),
            line=_line_of(data, location),
            field=".".join(str(part) for part in location) or path.name,
            fix=f"correct it in {path.name}; the reference is {reference}",
        ) from None


def _parse(path: Path) -> CommentedMap:
    try:
        data = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise ConfigError(
            str(problem.problem or problem.context or "not valid YAML"),
            file=str(path),
            line=mark.line + 1 if mark else None,
            fix="correct the YAML at this line (indentation, colon, quotes)",
        ) from None
    if not isinstance(data, CommentedMap):
        raise ConfigError("the file holds no mapping", file=str(path), line=1, fix="see docs")
    return data


def _line_of(data: Any, location: tuple[int | str, ...]) -> int | None:
    """The line (from 1) of the deepest part of `location` that exists in the file."""
    line: int | None = 1
    node = data
    for part in location:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0] + 1
            node = node[part]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0] + 1
            node = node[part]
        else:
            break
    return line


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node
