"""`python -m bottleneck_tasks` and the `bottleneck` command."""

from __future__ import annotations

import sys

from bottleneck_tasks.cli import run_command

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(run_command())


if __name__ == "__main__":
    main()
