"""Running the command line in tests: in this process, or as a program of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from begat.cli import app

__all__ = ["Ran", "begat", "program"]


class Ran(NamedTuple):
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> Any:
        """What it printed as JSON."""
        return json.loads(self.out)


def begat(*words: str, home: Path, columns: int = 120) -> Ran:
    """Run a command in this process."""
    env = {"BEGAT_HOME": str(home), "COLUMNS": str(columns)}
    result = CliRunner().invoke(app, list(words), env=env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def program(*words: str, home: Path, cwd: Path | None = None) -> Ran:
    """Run a command as a program, its output piped."""
    done = subprocess.run(
        [sys.executable, "-m", "begat.cli", *words],
        env={**os.environ, "BEGAT_HOME": str(home)},
        cwd=cwd,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
