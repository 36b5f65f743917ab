"""The commands that the documents show: each one parses, and those of the README run in order."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.cli import cli
from bottleneck_tasks.sample import write_sample
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(bottleneck [a-z][^`|…]*)`")


def _shown(text: str, program: str) -> list[str]:
    """The commands of a program in the fenced blocks of a document, without their comments."""
    lines = [line.strip() for block in _FENCED.findall(text) for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if line.startswith(f"{program} ")]


COMMANDS = sorted(
    {
        (document.name, command)
        for document in DOCUMENTS
        for command in (
            *_shown(document.read_text(encoding="utf-8"), "bottleneck"),
            *_INLINE.findall(document.read_text(encoding="utf-8")),
        )
        if "..." not in command
    }
)


def _parse(command: str) -> None:
    """Let click read the command line down to the command itself, without running anything."""
    group: click.Command = cli
    arguments = shlex.split(command)[1:]
    context = click.Context(cli, info_name="bottleneck")
    while isinstance(group, click.Group):
        found = group.get_command(context, arguments[0]) if arguments else None
        if found is None:
            assert not arguments, f"no command {arguments[0]}"
            return
        name, group = arguments.pop(0), found
        context = click.Context(group, parent=context, info_name=name)
    written_out = len(arguments) > 0 or not any(parameter.required for parameter in group.params)
    if written_out:
        group.make_context(context.info_name, list(arguments), parent=context.parent)


@pytest.mark.parametrize(("document", "command"), COMMANDS, ids=lambda value: value[:60])
def test_every_command_shown_is_accepted(document: str, command: str) -> None:
    """No document names a command or an option that does not exist."""
    try:
        _parse(command)
    except click.MissingParameter:
        assert command.count(" --") <= 1, f"{document}: {command}"
    except click.BadParameter as fault:
        if "does not exist" not in fault.format_message():
            raise


def test_an_option_that_does_not_exist_is_noticed() -> None:
    """The check above would refuse a misspelt option."""
    with pytest.raises(click.NoSuchOption):
        _parse("bottleneck run --sorce exports --out out")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_shown_exists(document: Path) -> None:
    """`make X` in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    shown = {command.split()[1] for command in _shown(text, "make")} | set(re.findall(r"`make ([a-z-]+)`", text))
    assert shown <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_linked_exists(document: Path) -> None:
    """A link to a file of the repository leads somewhere."""
    for target in re.findall(r"\]\((?!http|#)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


@pytest.mark.slow
def test_the_readme_runs_word_for_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command of the README does what it says, in the order shown; buckets become folders."""
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path / "exports")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [
        command.replace("s3://exports", "exports").replace("s3://reports/", "")
        for command in _shown(readme, "bottleneck")
        if not command.startswith(("bottleneck flow", "bottleneck explain"))
    ]
    assert len(commands) >= 12
    stages = ("ingest", "quality", "analytics", "delivery")
    for command in sorted(commands, key=lambda line: "--run-dir run" in line and line.split()[1] not in stages):
        code = run_command(shlex.split(command)[1:])
        assert code == 0, f"{command}\n{capsys.readouterr().err}"
    assert (tmp_path / "out" / "2026-11" / "revenue_report.xlsx").is_file()
    assert run_command(["explain", "--sku", "1"]) in {0, 64}
