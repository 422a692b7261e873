"""The console's addresses, found where they are declared."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from fastapi import APIRouter


def routers(rooms: ModuleType) -> Iterator[APIRouter]:
    """Return the router of every module of ``api/routes``, whether the application includes it or not."""
    for found in pkgutil.iter_modules(rooms.__path__):
        router = getattr(importlib.import_module(f"{rooms.__name__}.{found.name}"), "router", None)
        if isinstance(router, APIRouter):
            yield router
