"""What pyHanko says of every signature in a PDF, as JSON: verify.py FILE ROOT.pem [MORE.pem ...]

Reads strictly, trusts the given roots only, fetches nothing.
"""

import json
import sys

from pyhanko.keys import load_cert_from_pemder
from protected import opened
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def verdict(signature, roots):
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    told = {
        "field": signature.field_name,
        "intact": False,
        "valid": False,
        "trusted": False,
        "coverage": "",
        "modification": None,
        "bottom_line": False,
        "problem": None,
    }
    try:
        status = validate_pdf_signature(signature, context)
    except Exception as problem:  # a verdict, not a crash: the test decides
        told["problem"] = f"{type(problem).__name__}: {problem}"
        return told
    level = status.modification_level
    told.update(
        intact=status.intact,
        valid=status.valid,
        trusted=status.trusted,
        coverage=status.coverage.name,
        modification=level.name if level is not None else None,
        bottom_line=status.bottom_line,
    )
    return told


def main():
    path, *pems = sys.argv[1:]
    roots = [load_cert_from_pemder(pem) for pem in pems]
    with open(path, "rb") as file:
        reader = opened(file)
        print(json.dumps([verdict(one, roots) for one in reader.embedded_regular_signatures]))


main()
