"""Options that several commands share, and what becomes of their values."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bottleneck_tasks.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = [
    "as_json",
    "config_options",
    "export_name",
    "file",
    "folder",
    "for_kestra",
    "history",
    "judging_options",
    "kestra",
    "month",
    "new_run_dir",
    "parse_month",
    "refusal_told",
    "run_dir",
    "settings_of",
    "settings_options",
    "work",
]

_NAMESPACE_CONFIG = Path("config/bottleneck.toml")

folder = click.Path(file_okay=False, path_type=Path)
file = click.Path(dir_okay=False, path_type=Path)
export_name = click.Choice(list(EXPORTS))

_KESTRA = "bottleneck_tasks.kestra"


def for_kestra() -> bool:
    """Whether the command was given --kestra."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_KESTRA))


def _note_kestra(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's own call
    context.meta[_KESTRA] = value


def _or_for_kestra(_: click.Context, __: click.Parameter, value: bool) -> bool:  # noqa: FBT001 - click's own call
    return value or for_kestra()


as_json = click.option("--json", "as_json", is_flag=True, callback=_or_for_kestra, help="Print the result as JSON.")
kestra = click.option("--kestra", is_flag=True, is_eager=True, expose_value=False, callback=_note_kestra,
                      help="Print the result as outputs and metrics of a Kestra task.")  # fmt: skip
month = click.option("--month", metavar="YYYY-MM", help="Month of the exports. Never taken from the clock.")
history = click.option("--history", metavar="URI", envvar="BOTTLENECK_HISTORY",
                       help="Published months to compare with; --store by default.")  # fmt: skip
_engine = click.option("--engine", type=click.Choice(["duckdb", "spark"]), envvar="BOTTLENECK_ENGINE",
                       help="What judges and computes; duckdb by default, spark needs the extra `spark`.")  # fmt: skip
run_dir = click.option("--run-dir", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
                       help="Run directory: one folder a step.")  # fmt: skip
new_run_dir = click.option("--run-dir", type=folder, required=True, help="Run directory, made when it is not there.")
work = click.option("--work", type=folder, default=Path("work"), show_default=True, envvar="BOTTLENECK_WORK",
                    help="Where run directories are kept.")  # fmt: skip


_config = click.option("--config", type=file, envvar="BOTTLENECK_CONFIG", help="TOML file over the built-in settings.")
_allow = click.option("--allow", metavar="RULE", multiple=True, help="Let a broken rule pass, for this run only.")
_because = click.option("--because", metavar="REASON", multiple=True, help="Why; one per --allow, shown in the report.")


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --config, --allow, --because, --json and --kestra, for what judges; `settings_of` reads the first three."""
    return _config(_allow(_because(as_json(kestra(command)))))


def judging_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --engine to `settings_options`, for what runs SQL that either engine runs."""
    return _engine(settings_options(command))


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --config, --json and --kestra, for what judges no rule."""
    return _config(as_json(kestra(command)))


def settings_of(
    *, config: Path | None, allow: tuple[str, ...] = (), because: tuple[str, ...] = (), engine: str | None = None
) -> Settings:
    """The settings of a run, from the values of `settings_options` or `config_options`; a Kestra task finds its file by itself."""
    from bottleneck_tasks.settings import load_settings

    if config is None and for_kestra() and _NAMESPACE_CONFIG.is_file():
        config = _NAMESPACE_CONFIG
    settings = load_settings(config).allowing(allow, because)
    return settings if engine is None else settings.having("engine", name=engine)


def parse_month(month: str | None) -> Month | None:
    """The month of the run, or None when none was given."""
    from bottleneck_tasks.month import Month

    return Month.parse(month) if month else None


def refusal_told(stage: str, run: Run) -> AbstractContextManager[None]:
    """Under --kestra, tell Kestra about a refusal of the data instead of failing."""
    if not for_kestra():
        return nullcontext()
    from bottleneck_tasks import kestra as outputs

    return outputs.refusal_told(stage, run)
