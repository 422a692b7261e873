"""Writes requirements/sbom.cdx.json: what the running service is made of, as CycloneDX 1.6.

Versions come from requirements/runtime.lock and the console's VENDOR.toml; hashes of every file stand in the
lock itself. Without a day and a serial number inside, the same locks make the same file.
"""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from tools.pins import REQUIREMENTS, Pin, pins_of
from tools.vendor import VENDOR

SBOM = REQUIREMENTS / "sbom.cdx.json"


def bill() -> dict[str, Any]:
    """Return the bill of materials."""
    vendored = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["package"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "tsuwaroku",
                "version": "0.1.0",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [
            *(_of_pin(pin) for pin in pins_of("runtime")),
            *(_of_vendored(package) for package in vendored),
            # Its version is that of the day on which a machine is set up; the machine's own apt knows it.
            {
                "type": "application",
                "bom-ref": "pkg:deb/debian/asterisk?distro=sid",
                "name": "asterisk",
                "purl": "pkg:deb/debian/asterisk?distro=sid",
                "licenses": [{"license": {"id": "GPL-2.0-only"}}],
            },
        ],
    }


def _of_pin(pin: Pin) -> dict[str, Any]:
    purl = f"pkg:pypi/{pin.name}@{pin.version}"
    component = {
        "type": "library",
        "bom-ref": purl,
        "name": pin.name,
        "version": pin.version,
        "purl": purl,
    }
    licence = _licence_of(pin.name)
    return component if licence is None else {**component, "licenses": [{"license": {"name": licence}}]}


def _licence_of(name: str) -> str | None:
    """Return what an installed package says of itself; None for one of other machines."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    classified = [
        one.rpartition("::")[2].strip()
        for one in told.get_all("Classifier", [])
        if one.startswith("License :: OSI Approved ::")
    ]
    said = told.get("License-Expression") or "; ".join(classified) or told.get("License") or ""
    first = said.splitlines()[0].strip() if said.strip() else ""
    return first or None


def _of_vendored(package: dict[str, Any]) -> dict[str, Any]:
    purl = f"pkg:npm/{package['name'].replace('@', '%40')}@{package['version']}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package["name"],
        "version": package["version"],
        "purl": purl,
        "licenses": [{"license": {"id": package["licence"]}}],
    }


if __name__ == "__main__":
    SBOM.write_text(json.dumps(bill(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
