"""What every part of a profile has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of the profile. Unknown keys are faults: a misspelt rule must not be silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")
