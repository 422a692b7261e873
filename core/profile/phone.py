"""A desk phone: where it belongs, how it speaks with us, and whose calls it may take for a colleague."""

from __future__ import annotations

from pydantic import Field

from core.ids import DepartmentId, PhoneId
from core.profile.part import Part
from core.profile.securing import MediaTransport, SipTransport


class Phone(Part):
    """A desk phone that the city's Asterisk registers. Its secret is made at run time, never written here."""

    id: PhoneId = Field(examples=["hoken1"])
    name: str = Field(examples=["保険年金課 1番"])
    department: DepartmentId = Field(examples=["hoken-nenkin"])
    transport: SipTransport = Field(default=SipTransport.UDP, examples=["tls"])
    media: MediaTransport = Field(default=MediaTransport.RTP, examples=["srtp"])
    addresses: tuple[str, ...] = Field(
        default=(),
        description="where the phone may be; it is refused from anywhere else, even with its password",
        examples=['["192.0.2.0/24"]'],
    )
    pickup_departments: tuple[DepartmentId, ...] | None = Field(
        default=None,
        description="whose ringing calls it may take (代理応答): its own department's if left out",
        examples=["[hoken-nenkin, kaigo]"],
    )
