"""Let ``python -m begat.cli`` be ``begat``."""

from begat.cli import main

main()
