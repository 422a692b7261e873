"""Errors a person can meet: the docstring is the message, the code is stable."""

from __future__ import annotations

from inspect import cleandoc


class DomainError(Exception):
    """Something a person asked for cannot be done."""

    code: str = "domain-error"
    http_status: int = 400

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or cleandoc(self.__doc__ or self.code))


class TryLater(DomainError):
    """The work is given back and done a little later; nobody is at fault, so this try is not counted."""

    code = "try-later"
    http_status = 503
    wait_seconds: int = 60


class GivenUp(DomainError):
    """Trying again by itself would not help: the work is parked until a person has looked at it."""

    code = "given-up"
    http_status = 500


class WrittenMeanwhile(DomainError):
    """Somebody else wrote first: look at what they wrote, then decide again."""

    code = "written-meanwhile"
    http_status = 409


class NotFound(DomainError):
    """There is no such thing, or you may not see it."""

    code = "not-found"
    http_status = 404


class AccessDenied(DomainError):
    """You may not do this. The attempt has been written down."""

    code = "access-denied"
    http_status = 403
