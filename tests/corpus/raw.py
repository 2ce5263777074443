"""PDF files written by hand, byte for byte: what no library would write.

An object is text or bytes; its number is its place in the list, from 1. The first is the catalog.
"""

HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
MARK = b"0.85 0.91 1 rg 30 30 200 120 re f 0.1 0.2 0.6 rg 60 200 90 40 re f 0 0 0 RG 2 w 20 20 260 360 re S\n"


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode("latin-1")


def stream(data, entries=""):
    data = as_bytes(data)
    return as_bytes(f"<<{entries}/Length {len(data)}>>\nstream\n") + data + b"\nendstream"


def body(objects, header=HEADER, first=1):
    """The objects one after another, and where each begins."""
    out, offsets = bytearray(header), {}
    for number, content in enumerate(objects, first):
        offsets[number] = len(out)
        out += as_bytes(f"{number} 0 obj\n") + as_bytes(content) + b"\nendobj\n"
    return out, offsets


def table(offsets, size, end=b" \n"):
    """A cross-reference table of the numbers 0 to size - 1; missing ones are free."""
    out = as_bytes(f"xref\n0 {size}\n") + b"0000000000 65535 f" + end
    for number in range(1, size):
        if number in offsets:
            out += as_bytes(f"{offsets[number]:010} 00000 n") + end
        else:
            out += b"0000000000 00001 f" + end
    return out


def pdf(objects, trailer="", header=HEADER, end=b" \n", shift=0):
    """A whole file. `shift` moves what startxref says."""
    out, offsets = body(objects, header)
    at = len(out)
    size = len(objects) + 1
    out += table(offsets, size, end)
    out += as_bytes(f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{at + shift}\n%%EOF\n")
    return bytes(out)


def one_page(page="", pages="/MediaBox[0 0 300 400]", catalog="", more=(), content=MARK):
    """Catalog 1, tree 2, page 3, content 4, then `more` from 5 on."""
    return [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        f"<</Type/Pages/Kids[3 0 R]/Count 1{pages}>>",
        f"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>{page}>>",
        stream(content),
        *more,
    ]


def update(file, objects):
    """An incremental update: `objects` by number."""
    previous = int(file.rsplit(b"startxref", 1)[1].split()[0])
    out, size = bytearray(file), max(objects) + 1
    rows = b""
    for number, content in sorted(objects.items()):
        rows += as_bytes(f"{number} 1\n{len(out):010} 00000 n \n")
        out += as_bytes(f"{number} 0 obj\n") + as_bytes(content) + b"\nendobj\n"
    at = len(out)
    size = max(size, int(file.rsplit(b"/Size", 1)[1].split(b"/")[0].split(b">")[0]))
    out += b"xref\n" + rows
    out += as_bytes(f"trailer\n<</Size {size}/Root 1 0 R/Prev {previous}>>\nstartxref\n{at}\n%%EOF\n")
    return bytes(out)
