"""Write docs/reference/commands.md from the command line itself; --check only says if it is stale."""

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
TYPER_DOCS = [sys.executable, "-m", "typer", "begat.cli", "utils", "docs", "--name", "begat"]


def commands() -> str:
    """Return the page."""
    done = subprocess.run(TYPER_DOCS, capture_output=True, text=True, check=True)
    return done.stdout.strip() + "\n"


def main() -> int:
    """Write the page, or with --check return 1 if it is not current."""
    current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    wanted = commands()
    if "--check" in sys.argv:
        if current != wanted:
            sys.stderr.write(f"{PAGE.name} is stale: run python tools/make_commands.py\n")
        return int(current != wanted)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
