"""pyHanko in one warm process: the median computing time of sealing a file, with the very key the engine is measured with.

bench-pyhanko.py FOLDER FILE RUNS -> one JSON object on standard output
"""

import io
import json
import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import TextStampStyle

folder, name, runs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
signer = signers.SimpleSigner.load(
    str(folder / "seal.key"),
    str(folder / "seal.pem"),
    ca_chain_files=(str(folder / "root.pem"),),
)
file = (folder / name).read_bytes()


def seal():
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    place = fields.SigFieldSpec("Signature1", on_page=0, box=(60, 60, 220, 110))
    meta = signers.PdfSignatureMetadata(
        field_name="Signature1",
        name="Bench",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    pdf_signer = signers.PdfSigner(
        meta,
        signer,
        new_field_spec=place,
        stamp_style=TextStampStyle(stamp_text="Anna Novakova"),
    )
    return pdf_signer.sign_pdf(writer, output=io.BytesIO()).getvalue()


times = []
for turn in range(runs + runs // 4 + 1):
    began = time.thread_time()
    sealed = seal()
    if turn > runs // 4:
        times.append((time.thread_time() - began) * 1000)
assert len(sealed) > len(file)
told = f"pyHanko {version('pyhanko')} on Python {platform.python_version()}"
print(json.dumps({"ms": statistics.median(times), "program": told}))
