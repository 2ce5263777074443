"""What readers that are not ours say of a signed file: poppler's pdfsig, pyHanko, qpdf, and pdftotext of its words."""

import os
import subprocess
import tempfile
from pathlib import Path

PYHANKO = """
import sys
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
roots = [load_cert_from_pemder(sys.argv[2])]
with open(sys.argv[1], "rb") as file:
    for one in PdfFileReader(file).embedded_signatures:
        status = validate_pdf_signature(one, ValidationContext(trust_roots=roots, allow_fetching=False))
        print(one.field_name, status.bottom_line)
"""


class Judge:
    """Trusts one root, the product's own."""

    def __init__(self, root_certificate):
        self._folder = tempfile.TemporaryDirectory(prefix="okd-clients-")
        self._root = self._kept("root.crt", root_certificate)
        self._store = Path(self._folder.name, "nss")
        self._store.mkdir()
        _run("certutil", "-N", "--empty-password", "-d", self._store)
        _run("certutil", "-A", "-n", "root", "-t", "CT,C,C", "-i", self._root, "-d", self._store)

    def signatures(self, content):
        """Names of the fields that are signed; whatever one of the readers does not call valid and trusted fails."""
        path = self._kept("signed.pdf", content)
        _run("qpdf", "--check", path)
        fields = _run("pdfsig", "-nssdir", self._store, path).split("Signature #")[1:]
        told = [field for field in fields if "The signature form field is not signed." not in field]
        for part in told:
            assert "Signature is Valid." in part and "Certificate is Trusted." in part, part
        python = os.environ.get("OKD_PYHANKO", Path.home() / ".cache/okdokument/tools/pyhanko/bin/python")
        lines = [line.rsplit(" ", 1) for line in _run(python, "-c", PYHANKO, path, self._root).splitlines()]
        assert len(lines) == len(told) and all(bottom_line == "True" for _, bottom_line in lines), lines
        return [name for name, _ in lines]

    def words(self, content):
        return _run("pdftotext", "-layout", self._kept("words.pdf", content), "-")

    def close(self):
        self._folder.cleanup()

    def _kept(self, name, content):
        path = Path(self._folder.name, name)
        path.write_bytes(content)
        return path


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout
