"""What the guide on callbacks tells integrators to write, run as it stands there."""

import base64
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from stack import ROOT

GUIDE = ROOT / "docs/guides/callbacks.md"
# What a receiver would do around the guide's function.
JAVASCRIPT = """
import { readFileSync } from "node:fs";
const { headers, body, key } = JSON.parse(readFileSync(0, "utf8"));
console.log(isOurs(headers, Buffer.from(body, "base64"), Buffer.from(key, "base64")));
"""


def check(callback, host, key, secret):
    """Each of the guide's ways takes the callback as it came, and no other."""
    changed = callback.body.replace(b"signed", b"Signed", 1)
    for way in (_python, _javascript):
        assert way(callback.headers, callback.body, secret) is True, way.__name__
        assert way(callback.headers, changed, secret) is False, way.__name__
        assert way({**callback.headers, "webhook-timestamp": "1795500000"}, callback.body, secret) is False, way.__name__
    assert _shell(callback.headers, callback.body, host, key) == "genuine"
    assert _shell(callback.headers, changed, host, key) == "forged"
    assert _shell({**callback.headers, "webhook-timestamp": "1795500000"}, callback.body, host, key) == "forged"


def _snippet(after):
    """The block that stands behind a line of the guide which begins so."""
    return re.search(rf"^{after}[^`]*(?:`[^`]+`[^`]*)*?\n```\n(.*?)\n```", GUIDE.read_text(), re.M | re.S)[1]


def _bytes_of(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def _python(headers, body, secret):
    names = {}
    exec(_snippet("Python:"), names)
    return names["is_ours"](headers, body, _bytes_of(secret))


def _javascript(headers, body, secret):
    given = {"headers": headers, "body": base64.b64encode(body).decode(), "key": base64.b64encode(_bytes_of(secret)).decode()}
    with tempfile.TemporaryDirectory(prefix="okd-clients-") as folder:
        program = Path(folder, "receiver.mjs")
        program.write_text(_snippet("JavaScript:") + JAVASCRIPT)
        return json.loads(_run("node", program, input=json.dumps(given)))


def _shell(headers, body, host, key):
    """What the guide's lines say of it."""
    variables = {name.replace("-", "_"): value for name, value in headers.items() if name.startswith("webhook-")}
    with tempfile.TemporaryDirectory(prefix="okd-clients-") as folder:
        Path(folder, "body.json").write_bytes(body)
        script = _snippet("Bash, curl and OpenSSL").replace("https://HOST", host)
        return _run("bash", "-eu", "-c", script, cwd=folder, env={**os.environ, **variables, "OKD_KEY": key}).strip()


def _run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"
    return done.stdout
