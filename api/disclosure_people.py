"""People of a request as their names are sealed."""

from __future__ import annotations

from uuid import UUID

from api.call_form import cut
from api.parts import ConsoleParts
from storage.disclosures import SealedPerson

LONGEST_NAME = 60
LONGEST_ADDRESS = 200


def sealed_person(parts: ConsoleParts, person: UUID, part: str, name: str, address: str) -> SealedPerson:
    """Return somebody of a request, sealed with the numbers' key."""
    where = cut(address, LONGEST_ADDRESS)
    return SealedPerson(
        id=person, part=part, name=parts.numbers.seal_name(cut(name, LONGEST_NAME)),
        address=parts.numbers.seal_name(where) if where else None,
    )  # fmt: skip
