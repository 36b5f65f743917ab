"""Options that several commands share, and what becomes of their values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.settings import Settings

__all__ = [
    "as_json",
    "file",
    "folder",
    "history",
    "month",
    "parse_month",
    "run_dir",
    "settings_of",
    "settings_options",
    "work",
]

folder = click.Path(file_okay=False, path_type=Path)
file = click.Path(dir_okay=False, path_type=Path)

as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
month = click.option("--month", metavar="YYYY-MM", help="Month of the exports. Never taken from the clock.")
history = click.option("--history", metavar="URI", envvar="BOTTLENECK_HISTORY",
                       help="Published months to compare with; --store by default.")  # fmt: skip
run_dir = click.option("--run-dir", type=folder, required=True, help="Run directory: one folder a step.")
work = click.option("--work", type=folder, default=Path("work"), show_default=True, envvar="BOTTLENECK_WORK",
                    help="Where run directories are kept.")  # fmt: skip


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --config, --allow, --because and --json; `settings_of` reads the first three."""
    options = [
        click.option("--config", type=file, envvar="BOTTLENECK_CONFIG", help="TOML file over the built-in settings."),
        click.option("--allow", metavar="RULE", multiple=True, help="Let a broken rule pass, for this run only."),
        click.option("--because", metavar="REASON", multiple=True, help="Why; one per --allow, shown in the report."),
        as_json,
    ]
    for option in reversed(options):
        command = option(command)
    return command


def settings_of(*, config: Path | None, allow: tuple[str, ...], because: tuple[str, ...]) -> Settings:
    """The settings of a run, from the values of `settings_options`."""
    from bottleneck_tasks.settings import load_settings

    return load_settings(config).allowing(allow, because)


def parse_month(month: str | None) -> Month | None:
    """The month of the run, or None when none was given."""
    from bottleneck_tasks.month import Month

    return Month.parse(month) if month else None
