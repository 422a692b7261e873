"""型と行為: what the city's policy names, read beside other policies. Nothing here is about anybody."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import Parts, Show, SignedIn
from api.reading.policies import policy_seen
from core.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/policy")
def policy(request: Request, session: SignedIn, parts: Parts, show: Show, of: str = "") -> HTMLResponse:
    """Show types and acts of a policy: of the city's own unless another one is asked for.

    Raises:
        NotFound: there is no such policy
    """
    seen = policy_seen(parts.profile, of)
    if seen is None:
        raise NotFound
    return show.show(request, session, "policy.html", seen=seen)
