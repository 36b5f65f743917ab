"""A command group that imports a command when it is called: its libraries cost nobody else their start-up time."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LazyCommand", "LazyGroup"]


class LazyCommand(NamedTuple):
    """Where a command lives and the line that `--help` shows for it."""

    module: str
    attribute: str
    summary: str


class LazyGroup(click.Group):
    """A group of which some commands are named in a table and imported on their first use."""

    def __init__(self, *args: Any, lazy: Mapping[str, LazyCommand], **options: Any) -> None:
        super().__init__(*args, **options)
        self._lazy = dict(lazy)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature of click
        """The commands at hand, then those of the table, each in the order written."""
        return [*self.commands, *self._lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now when the table holds it."""
        entry = self._lazy.get(cmd_name)
        if entry is None or cmd_name in self.commands:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(importlib.import_module(entry.module), entry.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - same
        """The commands with their summaries, without importing those of the table."""
        rows = [(name, command.get_short_help_str(limit=90)) for name, command in self.commands.items()]
        rows += [(name, entry.summary) for name, entry in self._lazy.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
