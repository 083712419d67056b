"""Options of the posting steps, as the launch pad of the UI shows them.

The command line fills the same fields (`assets.launch`); what follows from them is
`assets.postings` and `assets.operations`.
"""

import dagster as dg
from pydantic import Field


class PostingOptions(dg.Config):
    """Options of the posting steps."""

    plan_only: bool = Field(default=False, description="Say what would be done; change nothing.")
    replay_only: bool = Field(
        default=False, description="Finish open batches; plan nothing but the lines let go below."
    )
    release_reason: str = Field(
        default="", description="Plan refused lines again (of the batch or period below); why."
    )
    release_states: list[str] = Field(
        default=["rejected", "dead"],
        description="Which lines to plan again: rejected, dead, void (made void by a person).",
    )
    batch_id: str = Field(default="", description="Only this batch and its lines.")
    first_period: str = Field(default="", description="Replay only work periods from this one on.")
    actor: str = Field(
        default="", description="Who posts; empty: TIEOUT_ACTOR, else the login of the process."
    )
