"""The exports a month is made of: what each is called and where it goes, said once. Columns: `contracts/<name>.py`."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EXPORTS", "Export"]


class Export(NamedTuple):
    """One export. Its `name` is that of its settings, its folder in a run, its contract and its typing query."""

    name: str
    pattern: str
    """Its file name without the ending, `[sources]` by default."""

    rules: str
    """How the ids of its rules begin."""

    label: str
    """Its name on a terminal."""

    french: str
    """Its name in the mails that the business reads."""

    in_mart: bool
    """Whether analytics joins it; one that is not joined is read, judged and kept, and stops there."""

    may_repeat: bool = False
    """Whether a month may bring the file of the month before: a mapping to which nothing was added, never a state."""


EXPORTS = {
    export.name: export
    for export in (
        Export(name="erp", pattern="*erp*", rules="ERP", label="ERP", french="ERP", in_mart=True),
        Export(name="web", pattern="*web*", rules="WEB", label="web", french="Boutique", in_mart=True),
        Export(
            name="liaison",
            pattern="*liaison*",
            rules="LIA",
            label="liaison",
            french="Liaison",
            in_mart=True,
            may_repeat=True,
        ),
    )
}
