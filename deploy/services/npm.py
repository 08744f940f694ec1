"""Packages of npm that tests look at or run, each in its pinned version, fetched once for this machine."""

import subprocess
import tempfile
from pathlib import Path


def installed(package: str, version: str) -> Path:
    """Return the folder of *package*, where everybody may read it; its own scripts are not run."""
    home = Path(tempfile.gettempdir()) / f"ecto-fix-npm-{package.strip('@').replace('/', '-')}-{version}"
    folder = home / "node_modules" / package
    if not (home / "package-lock.json").exists():
        home.mkdir(mode=0o755, exist_ok=True)
        command = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(home)]
        subprocess.run([*command, f"{package}@{version}"], check=True)
    return folder
