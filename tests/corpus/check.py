"""What other programs say of signed files: check.py ORDER.json ROOT.pem NSS_FOLDER, answers as JSON.

ORDER is a list of {name, original, before, after, fields, pages}: the file as it came, as it was taken in, and as it was
signed; the signature fields that are ours; and of each page to compare {number, crop, turn, masks}, rectangles being
[x, y, width, height] in points. One process for all files, since pyHanko is slow to start.
"""

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

LONGER_SIDE_PX = 700
MARGIN_PX = 4
PATIENCE_S = 120
# Boxes and matrices are written anew with the precision of a float, which may tip the edge of a stroke.
TIPPED_PX = 3


def run(*command):
    try:
        return subprocess.run(command, capture_output=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, b"", b"took too long")


def qpdf(path):
    """Exit code (0 fine, 3 warnings, 2 cannot) and the warnings, without what names the file or a place in it."""
    done = run("qpdf", "--check", path)
    lines = (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()
    return done.returncode, [line.split(": ", 1)[-1] for line in lines if line.startswith("WARNING")]


def pdfsig(path, store):
    told = run("pdfsig", "-nssdir", f"sql:{store}", path).stdout.decode("utf-8", "replace")
    found, current = [], {}
    for line in told.splitlines():
        key, _, value = line.strip().lstrip("- ").partition(":")
        if line.startswith("Signature #"):
            current = {"field": None, "valid": False, "trusted": False}
            found.append(current)
        elif key == "Signature Field Name":
            current["field"] = value.strip()
        elif key == "Signature Validation":
            current["valid"] = value.strip() == "Signature is Valid."
        elif key == "Certificate Validation":
            current["trusted"] = value.strip() == "Certificate is Trusted."
    return found


def pyhanko(path, root):
    found = {}
    with open(path, "rb") as file:
        reader = PdfFileReader(file, strict=True)
        if reader.encrypted:
            reader.decrypt("")
        for signature in reader.embedded_signatures:
            context = ValidationContext(trust_roots=[root], allow_fetching=False)
            try:
                status = validate_pdf_signature(signature, context)
                level = status.modification_level
                found[signature.field_name] = {
                    "whole": status.intact and status.valid,
                    "trusted": status.trusted,
                    "allowed": level is None or level.name in ("NONE", "LTA_UPDATES", "FORM_FILLING"),
                    "bottom_line": status.bottom_line,
                    "covers": status.coverage.name,
                }
            except Exception as problem:  # a verdict, not a crash: the test decides
                found[signature.field_name] = {"problem": f"{type(problem).__name__}: {problem}"}
    return found


def pictures(path, last, folder):
    run("pdftoppm", "-cropbox", "-scale-to", str(LONGER_SIDE_PX), "-l", str(last), path, Path(folder, "page"))
    return [read_picture(file) for file in sorted(Path(folder).glob("page*.ppm"))]


def read_picture(path):
    kind, size, _, pixels = path.read_bytes().split(b"\n", 3)
    assert kind == b"P6"
    width, height = map(int, size.split())
    return width, height, bytearray(pixels)


def blank(picture, page, mask):
    """Paints a rectangle of the page over, with a margin."""
    width, height, pixels = picture
    left, low, wide, high = page["crop"]
    corners = []
    for x, y in ((mask[0], mask[1]), (mask[0] + mask[2], mask[1] + mask[3])):
        across, up = (x - left) / wide, (y - low) / high
        corners.append({0: (across, 1 - up), 90: (up, across), 180: (1 - across, up), 270: (1 - up, 1 - across)}[page["turn"]])
    (x1, y1), (x2, y2) = corners
    first, last = (int(f(x1, x2) * width) for f in (min, max))
    top, bottom = (int(f(y1, y2) * height) for f in (min, max))
    first, last = max(0, first - MARGIN_PX), min(width, last + MARGIN_PX + 1)
    if first >= last:
        return
    for row in range(max(0, top - MARGIN_PX), min(height, bottom + MARGIN_PX + 1)):
        at = (row * width + first) * 3
        pixels[at : at + (last - first) * 3] = bytes((last - first) * 3)


def differing(one, other, pages, tolerated=0):
    """The pages that are not drawn alike outside the masks."""
    if len(one) != len(other):
        return [f"{len(one)} pages against {len(other)}"]
    wrong = []
    for page, a, b in zip(pages, one, other):
        if a[:2] != b[:2]:
            wrong.append(f"page {page['number']}: another size")
            continue
        for mask in page["masks"]:
            blank(a, page, mask)
            blank(b, page, mask)
        count = 0
        if a[2] != b[2]:
            count = sum(a[2][at : at + 3] != b[2][at : at + 3] for at in range(0, len(a[2]), 3))
        if count > tolerated:
            wrong.append(f"page {page['number']}: {count} pixels")
    return wrong


def compared(file, one, other, tolerated=0):
    last = len(file["pages"])
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        before, after = pictures(file[one], last, first), pictures(file[other], last, second)
    # What poppler could not draw at all it may draw once it was taken in.
    return differing(before, after, file["pages"], tolerated) if before or one != "original" else []


def look(file, store):
    said = {"name": file["name"], "opens": qpdf(file["original"])[0] in (0, 3)}
    if "after" in file:
        said["qpdf_original"] = qpdf(file["original"])[1]
        said["qpdf_before"], said["qpdf_after"] = qpdf(file["before"])[1], qpdf(file["after"])[1]
        said["qpdf_code"] = qpdf(file["after"])[0]
        said["pdfsig"] = pdfsig(file["after"], store)
        said["drawn_by_signing"] = compared(file, "before", "after")
        said["drawn_by_taking_in"] = compared(file, "original", "before", TIPPED_PX)
    return said


def main():
    order, pem, store = sys.argv[1:]
    files = json.loads(Path(order).read_text())
    root = load_cert_from_pemder(pem)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda file: look(file, store), files))
    for file, said in zip(files, answers):
        if "after" in file:
            for when in ("before", "after"):
                try:
                    said[f"pyhanko_{when}"] = pyhanko(file[when], root)
                except Exception as problem:
                    said[f"pyhanko_{when}"] = {"": {"problem": f"{type(problem).__name__}: {problem}"}}
    print(json.dumps(answers))


main()
