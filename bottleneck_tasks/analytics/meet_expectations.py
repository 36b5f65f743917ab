"""Hold the figures of a month against those that somebody has counted by hand: rule EXP-01.

Without an expectations file nothing is constant: other months have other counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bottleneck_tasks.contracts.facts import Figures, SourceFacts

__all__ = ["meet_expectations"]


def meet_expectations(
    expected: Mapping[str, int | str], figures: Figures, sources: Sequence[SourceFacts]
) -> tuple[int, str]:
    """How many figures differ from what was expected, and which: `(1, "merged is 713, not 714")`.

    Known figures: erp_rows, web_rows, liaison_rows and the names of figures.json; amounts are decimal strings.
    Raises ConfigurationError (78) for an unknown one.
    """
    observed = {f"{facts.source}_rows": facts.rows for facts in sources} | figures.to_dict()
    for name in expected:
        if name not in observed:
            raise ConfigurationError(
                "EXPECT", f"no figure is called {name}", f"known figures: {', '.join(observed)}", key=name
            )
    differing = [
        f"{name} is {observed[name]}, not {value}" for name, value in expected.items() if observed[name] != value
    ]
    return len(differing), "; ".join(differing) or f"{len(expected)} figures as expected"
