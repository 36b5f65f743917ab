"""`bottleneck secrets ...`: credentials in the form in which Kestra keeps them."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["secrets"]


@click.group()
def secrets() -> None:
    """Prepare secrets for Kestra."""


@secrets.command()
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="File of the lines, readable by you only; stdout when not given.")  # fmt: skip
def encode(*, file: Path, out: Path | None) -> None:
    """Turn a .env into the lines SECRET_NAME=<base64> that Kestra reads, and warn of what must not be committed.

    \b
    Example: bottleneck secrets encode .env --out .env_encoded
    """  # noqa: D301 - \b is for click
    from bottleneck_tasks.encode_secrets import encode_secrets

    encoded = encode_secrets(file, out=out)
    if out is None:
        click.echo(encoded.lines, nl=False)
    else:
        click.echo(f"{out}: {len(encoded.names)} secrets, {', '.join(encoded.names)}")
    for warning in encoded.warnings:
        click.echo(click.style("warning ", fg="yellow") + warning, err=True)
