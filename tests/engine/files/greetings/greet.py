"""Greet with a secret: writes a file with a non-ASCII name, and sends one output and one metric."""

import json
import os
from pathlib import Path

message = f"{os.environ['GREETING']}, {len(os.environ['TOKEN'])} letters of secret"
Path("lettre à Zoé.txt").write_text(message, encoding="utf-8")
report = {"outputs": {"message": message}, "metrics": [{"name": "greetings", "type": "counter", "value": 1}]}
os.write(1, f"::{json.dumps(report)}::\n".encode())
