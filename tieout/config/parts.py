"""What the parts of firm.yml share: strict models, identifiers, and errors that know their place.

A rule that looks at several parts of the file raises `problem_at(...)`; the reader turns its place
into a line number. The parts themselves are in the modules beside this one.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
EntityId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,20}$")]

AmountText = Annotated[str, Field(pattern=r"^\d{1,14}(\.\d{1,4})?$", strict=True)]
"""An amount of money as text, so that it stays exact."""


class StrictModel(BaseModel):
    """A part of firm.yml: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


def problem_at(message: str, *place: str | int) -> PydanticCustomError:
    """An error at a place of the file, such as `("routing", 2, "target")`."""
    return PydanticCustomError("firm_rule", "{message}", {"message": message, "place": place})
