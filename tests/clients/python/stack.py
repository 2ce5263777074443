"""A running product with data of its own, started by the test kit's `stack` program."""

import base64
import json
import os
import subprocess
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OPERATOR_PASSWORD = "operator of a test stack"


class Stack:
    def __init__(self, shape):
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        program = os.environ.get("OKD_BIN", str(target / "debug/okdokument"))
        self._process = subprocess.Popen(
            [target / "debug/examples/stack", shape, f"OKD_OPERATOR_PASSWORD={OPERATOR_PASSWORD}"],
            env={**os.environ, "OKD_BIN": program},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        line = self._process.stdout.readline()
        assert line, "the stack did not start"
        told = json.loads(line)
        self.api, self.portal, self._operator = told["api"], told["portal"], told["operator"]

    def messages(self):
        """What the product sent by e-mail and SMS, newest first, as its operator sees it."""
        credentials = base64.b64encode(f"operator:{OPERATOR_PASSWORD}".encode()).decode()
        request = urllib.request.Request(f"{self._operator}/outbox.json", headers={"Authorization": f"Basic {credentials}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["items"]

    def stop(self):
        self._process.stdin.close()
        assert self._process.wait(timeout=120) == 0, "the stack did not end well"
