"""What the Pandera models say of their datasets, as plain JSON that is read in a millisecond.

The models stay the single source: the file names the hash of their modules, and is passed over when they have changed.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from bottleneck_tasks.exports import EXPORTS

__all__ = ["DIGEST", "MODELS", "digest", "digest_of_models"]

MODELS = {
    **{f"raw_{name}": (name, f"Raw{name.title()}") for name in EXPORTS},
    **{f"clean_{name}": (name, f"Clean{name.title()}") for name in EXPORTS},
    "revenue_mart": ("mart", "RevenueMart"),
}
"""The module and the class of every dataset's model, in the order in which a run makes them."""

DIGEST = Path(__file__).with_name("digest.json")


def digest() -> dict[str, dict[str, Any]]:
    """Description, columns and ignored columns of each dataset by name: from the file, or from the models if they changed."""
    if DIGEST.is_file():
        kept = json.loads(DIGEST.read_bytes())
        if kept["models_sha256"] == _models_sha256():
            return dict(kept["datasets"])
    return dict(digest_of_models()["datasets"])


def digest_of_models() -> dict[str, Any]:
    """The content of the file: `make docs` writes it anew."""
    return {
        "models_sha256": _models_sha256(),
        "datasets": {name: _described(module, class_name) for name, (module, class_name) in MODELS.items()},
    }


def _models_sha256() -> str:
    files = sorted({f"{module}.py" for module, _ in MODELS.values()})
    return hashlib.sha256(b"".join(DIGEST.with_name(file).read_bytes() for file in files)).hexdigest()


def _described(module: str, class_name: str) -> dict[str, Any]:
    path = f"bottleneck_tasks.contracts.{module}"
    model = getattr(import_module(path), class_name)
    columns = model.to_schema().columns.items()
    return {
        "module": path,
        "class_name": class_name,
        "description": " ".join((inspect.getdoc(model) or "").split()),
        "columns": {
            name: {"kind": str(column.dtype), "description": column.description, "metadata": column.metadata or {}}
            for name, column in columns
        },
        "ignored": (getattr(model.Config, "metadata", None) or {}).get("ignored", []),
    }
