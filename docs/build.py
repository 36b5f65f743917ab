"""Write the parts of the documents that the code knows better: `make docs`. A test fails when one is stale.

A generated part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.contracts.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]
STAGES = ("ingest", "quality", "analytics", "history", "delivery", "ledger")


def rules() -> str:
    """The catalogue of rules."""
    lines = ["| rule | stage | default | what it holds | when it is broken |", "|---|---|---|---|---|"]
    lines += [
        f"| `{rule.id}` | {'every' if rule.stage == 'ledger' else rule.stage} | {rule.severity} | {rule.statement} "
        f"| {rule.next_step} |"
        for rule in RULES.values()
    ]
    return "\n".join(lines)


def faults() -> str:
    """Each family of faults, put into a good month by the tests: what the run says and its exit code."""
    from quality_faults import faults as table

    return str(table())


def variations() -> str:
    """The legitimate changes of a month: they pass, and only normalisation is counted."""
    from quality_faults import variations as table

    return str(table())


def datasets() -> str:
    """The data dictionary: every column of every dataset."""
    parts = []
    for name, dataset in DATASETS.items():
        if name.startswith("raw_"):
            continue
        lines = [f"### `{name}`", "", dataset.description, "", "| column | type | empty | meaning | unit |"]
        lines.append("|---|---|---|---|---|")
        for column_name, column in dataset.model.to_schema().columns.items():
            unit = (column.metadata or {}).get("unit", "")
            empty = "may be" if column.nullable else "never"
            kind = str(column.dtype).replace("Decimal(scale=2)", "decimal, 2 places")
            lines.append(f"| `{column_name}` | {kind} | {empty} | {column.description} | {unit} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def run() -> str:
    """What `make run` prints, from the command itself."""
    with tempfile.TemporaryDirectory() as folder:
        return f"```\n{_month(Path(folder))}```"


def _month(folder: Path) -> str:
    commands = (
        ["sample", "--out", "out/sample"],
        ["run", "--source", "out/sample", "--month", "2026-10", "--out", "out/2026-10", "--work", "out/work"],
    )
    for command in commands:
        result = subprocess.run(
            [sys.executable, "-m", "bottleneck_tasks", *command], cwd=folder, check=True, capture_output=True, text=True
        )
    return result.stdout


def cell() -> str:
    """The price of one product, from its cell to the report's total."""
    from one_cell import one_cell

    with tempfile.TemporaryDirectory() as folder:
        _month(Path(folder))
        run = next(Path(folder, "out", "work").glob("*/*/manifest.json")).parent
        return str(one_cell(Path(folder, "out", "sample"), run))


def data_flow() -> str:
    """The steps of a month and the datasets between them, as Mermaid."""
    return str(_architecture().data_flow())


def modules() -> str:
    """The layers of the package, as Mermaid."""
    return str(_architecture().modules())


def decisions() -> str:
    """The decisions that shaped the package, each with what was measured."""
    return str(_architecture().decisions())


def _architecture() -> ModuleType:
    import architecture

    return architecture


def pipeline() -> str:
    """The pipeline with its tests, as Mermaid."""
    from bottleneck_tasks.delivery.stage import DELIVERABLES
    from bottleneck_tasks.lineage.draw import draw

    return f"```mermaid\n{draw('mermaid', DELIVERABLES)}```"


def dictionary() -> str:
    """Every column of every dataset: what it is, where it comes from, where it ends up."""
    from dictionary import dictionary as tables

    return str(tables())


def matrix() -> str:
    """The fault matrix: each row with its test and the number measured by the last run of the fault suite."""
    from fault_matrix import matrix as table

    return str(table())


def matrix_of_versions() -> str:
    """The versions that were tried, with their result."""
    from compatibility import compatibility

    return compatibility()


def tree() -> str:
    """Every file with what it is for."""
    from tree import tree as listed

    return str(listed())


def sizes() -> str:
    """How long files and functions are."""
    from tree import sizes as measured

    return str(measured())


def flows() -> str:
    """The table of the flows."""
    return _topology().table()


def month_flow() -> str:
    """The topology of the month."""
    return _topology().diagram("flows/monthly_revenue.yml")


def quality_flow() -> str:
    """The topology of a stage."""
    return _topology().diagram("subflows/2_quality.yml")


def _topology() -> ModuleType:
    import topology

    return topology


def drift() -> str:
    """What normal months were warned of and how faults were called, as the benchmark left it."""
    from benchmarks.drift import kept, verdict

    return verdict(kept())[1]


def mutants() -> str:
    """What changes of the rules no test noticed, as the last mutation testing left it."""
    from mutants import mutants as table

    return str(table())


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "../README.md": {"run": run, "flow": data_flow},
    "architecture.md": {"flow": data_flow, "cell": cell, "modules": modules, "decisions": decisions},
    "quality.md": {"rules": rules, "faults": faults, "variations": variations},
    "contracts.md": {"datasets": datasets},
    "reliability.md": {"matrix": matrix},
    "compatibility.md": {"matrix": matrix_of_versions},
    "tree.md": {"sizes": sizes, "tree": tree},
    "flows.md": {"flows": flows, "month": month_flow, "quality": quality_flow},
    "dictionary.md": {"dictionary": dictionary},
    "lineage.md": {"pipeline": pipeline},
    "history.md": {"drift": drift},
    "mutants.md": {"mutants": mutants},
}


def pictures() -> None:
    """What the sample month looks like, where a browser is installed."""
    from pictures import take_pictures

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _month(folder)
        run = next((folder / "out" / "work").glob("*/*/manifest.json")).parent
        command = ["brief", "--run-dir", str(run), "--out", str(folder / "brief.html")]
        subprocess.run([sys.executable, "-m", "bottleneck_tasks", *command], check=True, capture_output=True)
        take_pictures(folder / "out" / "2026-10", folder / "brief.html")


def built(document: str) -> str:
    """The text a document should have."""
    text = (DOCS / document).read_text(encoding="utf-8")
    for name, make in PARTS[document].items():
        pattern = re.compile(f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        text = pattern.sub(lambda match, make=make: f"{match[1]}{make()}\n{match[2]}", text)
    return text


def written_whole() -> dict[Path, str]:
    """The files that are generated from their first byte to their last."""
    import column_lineage
    import reference

    from bottleneck_tasks.contracts.digest import DIGEST, digest_of_models
    from bottleneck_tasks.delivery.stage import DELIVERABLES
    from bottleneck_tasks.lineage.draw import draw

    return {
        DIGEST: json.dumps(digest_of_models(), indent=1) + "\n",
        DOCS.parent / "bottleneck_tasks" / "lineage" / "columns.json": column_lineage.document(),
        DOCS / "images" / "lineage.svg": draw("svg", DELIVERABLES),
        DOCS / "lineage.drawio": draw("drawio", DELIVERABLES),
        DOCS / "reference.md": reference.reference(),
    }


def tasks() -> str:
    """The table of the tasks, from a run of each."""
    from tasks import tasks_page

    return tasks_page()


def main() -> None:
    """Write the documents, or the one that is named, or with --check fail when one is stale."""
    if sys.argv[1:] and sys.argv[1] in PARTS:
        (DOCS / sys.argv[1]).write_text(built(sys.argv[1]), encoding="utf-8")
        return
    for path, text in {**written_whole(), DOCS / "tasks.md": tasks()}.items():
        if "--check" in sys.argv and (not path.exists() or path.read_text(encoding="utf-8") != text):
            sys.exit(f"{path.name} is stale: run `make docs`")
        path.write_text(text, encoding="utf-8")
    if "--check" not in sys.argv:
        from fault_matrix import collect

        collect()
    for document in PARTS:
        path = DOCS / document
        text = built(document)
        if "--check" in sys.argv and path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path.name} is stale: run `make docs`")
        path.write_text(text, encoding="utf-8")
    if "--check" not in sys.argv:
        pictures()


if __name__ == "__main__":
    main()
