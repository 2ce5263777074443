"""Makes the awkward files: make.py FOLDER [quick]. Each goes to FOLDER/<class>--<name>.pdf. `quick` leaves out what takes long.

The classes are the functions with names that begin with `class_`; each yields (name, bytes).
"""

import io
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from raw import HEADER, MARK, as_bytes, body, one_page, pdf, stream, table, update

WIDGET = "/Type/Annot/Subtype/Widget/F 4/P 3 0 R"


def letter(pages=2):
    """What an ordinary program writes."""
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4, invariant=1)
    for number in range(1, pages + 1):
        sheet.setFont("Helvetica", 14)
        sheet.drawString(72, 760, f"Agreement, page {number} of {pages}")
        for line in range(20):
            sheet.drawString(72, 720 - 18 * line, f"{line + 1}. The supplier delivers, the customer pays.")
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def by_qpdf(file, *options):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.pdf"), Path(folder, "out.pdf")
        source.write_bytes(file)
        done = subprocess.run(["qpdf", *options, source, target], capture_output=True)
        assert done.returncode in (0, 3), done.stderr
        return target.read_bytes()


def changed(file, change):
    with pikepdf.open(io.BytesIO(file)) as document:
        change(document)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
        return out.getvalue()


def class_cross_reference():
    plain = letter()
    yield "stream", by_qpdf(plain, "--object-streams=generate", "--deterministic-id")
    yield "table", by_qpdf(plain, "--object-streams=disable", "--deterministic-id")
    yield "linearised", by_qpdf(plain, "--linearize", "--deterministic-id")
    yield "linearised-streams", by_qpdf(plain, "--linearize", "--object-streams=generate", "--deterministic-id")
    yield "hybrid", hybrid()
    yield "no-compression", by_qpdf(plain, "--qdf", "--deterministic-id")
    file = pdf(one_page())
    for number in range(3):
        file = update(file, {4: stream(MARK + as_bytes(f"{number} 0 0 rg {9 * number} 9 9 9 re f\n"))})
    yield "three-updates", file
    yield "update-with-new-page", update(pdf(one_page()), {
        2: "<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2/MediaBox[0 0 300 400]>>",
        5: "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
    })
    later = pdf(one_page()).replace(b"4 0 obj", b"4 3 obj").replace(b"/Contents 4 0 R", b"/Contents 4 3 R")
    at = later.index(b"4 3 obj")
    yield "later-generation", later.replace(b"%010d 00000 n" % at, b"%010d 00003 n" % at)
    yield "carriage-returns", pdf(one_page(), end=b"\r\n").replace(b"obj\n", b"obj\r")


def hybrid(page="/Annots 5 0 R", catalog="", last="null"):
    """A table, and a stream that adds an object which the table calls free."""
    objects = one_page(page=page, catalog=catalog)
    out, offsets = body(objects)
    packed = b"5 0 []"
    container, sections = 6, 7
    offsets[container] = len(out)
    out += b"6 0 obj\n" + stream(packed, "/Type/ObjStm/N 1/First 4") + b"\nendobj\n"
    offsets[sections] = len(out)
    row = bytes([2, 0, 0, 0, container, 0])
    out += b"7 0 obj\n" + stream(row, "/Type/XRef/Size 9/W[1 4 1]/Index[5 1]/Root 1 0 R") + b"\nendobj\n"
    offsets[8] = len(out)
    out += b"8 0 obj\n" + as_bytes(last) + b"\nendobj\n"
    at = len(out)
    out += table(offsets, 9)
    out += as_bytes(f"trailer\n<</Size 9/Root 1 0 R/XRefStm {offsets[sections]}>>\nstartxref\n{at}\n%%EOF\n")
    return bytes(out)


def class_damaged():
    file = pdf(one_page())
    yield "startxref-off-by-seven", pdf(one_page(), shift=7)
    yield "startxref-far-off", pdf(one_page(), shift=70000)
    yield "startxref-zero", re.sub(rb"startxref\n\d+", b"startxref\n0", file)
    yield "no-table", file[: file.index(b"xref\n0")] + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"
    yield "cut-off", file[: file.index(b"xref\n0") + 40]
    yield "cut-off-before-table", file[: file.index(b"xref\n0")]
    yield "offsets-all-wrong", re.sub(rb"\n(\d{10}) 00000 n", lambda m: b"\n%010d 00000 n" % (int(m[1]) + 3), file)
    yield "bytes-inserted", file.replace(b"%\xe2\xe3", b"% somebody wrote a comment here\n%\xe2\xe3", 1)
    yield "short-entries", pdf(one_page(), end=b"\n")
    yield "size-too-small", file.replace(b"/Size 5", b"/Size 2")
    yield "size-too-large", file.replace(b"/Size 5", b"/Size 5000")
    yield "previous-table-loop", file.replace(b"/Size 5", as_bytes(f"/Prev {file.index(b'xref')}/Size 5"))
    yield "previous-table-nowhere", file.replace(b"/Size 5", b"/Prev 999999/Size 5")
    yield "stream-length-wrong", re.sub(rb"/Length \d+", b"/Length 10", file)
    yield "stream-length-missing", re.sub(rb"/Length \d+", b"", file)
    yield "stream-length-elsewhere", pdf([*one_page()[:3], as_bytes("<</Length 5 0 R>>\nstream\n") + MARK + b"\nendstream", str(len(MARK))])
    yield "no-endobj", file.replace(b"\nendobj", b"", 2)
    yield "no-end-of-file-mark", file.replace(b"%%EOF\n", b"")
    yield "mail-transfer", file.replace(b"\n", b"\r\n")
    yield "two-files-in-one", file + file
    kids = ["<</Type/StructTreeRoot/K 6 0 R>>", "<</Type/StructElem/S/Document/P 5 0 R/K[6 0 R 7 0 R]>>", "<</Type/StructElem/S/P/P 6 0 R/K 6 0 R>>"]
    yield "structure-loop", pdf(one_page(catalog="/MarkInfo<</Marked true>>/StructTreeRoot 5 0 R", more=kids))
    yield "structure-root-in-itself", pdf(one_page(catalog="/StructTreeRoot 5 0 R", more=["<</Type/StructTreeRoot/K 5 0 R>>"]))
    yield "null-entries", pdf(one_page(catalog="/StructTreeRoot null/AcroForm null"))
    yield "reference-to-nothing", pdf(one_page(page="/Thumb 99 0 R/Annots 98 0 R", catalog="/Outlines 97 0 R"))
    yield "unbalanced-content", pdf(one_page(content=b"q q 0.5 0 0 0.5 9 9 cm\n" + MARK))
    yield "content-with-nonsense", pdf(one_page(content=MARK + b" 1 2 frobnicate (open string <</A"))


def class_around_the_file():
    file = pdf(one_page())
    yield "junk-before", b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + file
    yield "byte-order-mark-before", b"\xef\xbb\xbf" + file
    yield "blank-lines-before", b"\r\n\r\n" + file
    yield "zeros-after", file + bytes(3000)
    yield "text-after", file + b"<!-- sent by a portal -->\n" * 20
    yield "binary-on-header-line", pdf(one_page(), header=b"%PDF-1.3 \xb0\x9f\x92\x9c\n")
    yield "version-1.0", pdf(one_page(), header=b"%PDF-1.0\n")
    yield "version-2.0", pdf(one_page(), header=b"%PDF-2.0\n%\xe2\xe3\xcf\xd3\n")
    yield "version-in-catalog", pdf(one_page(catalog="/Version/1.7"))


def class_pages():
    for degrees in (90, 180, 270, -90, 450):
        yield f"rotated-{degrees}", pdf(one_page(page=f"/Rotate {degrees}"))
    yield "rotated-by-reference", pdf(one_page(page="/Rotate 5 0 R", more=["90"]))
    yield "all-inherited", pdf(one_page(pages="/MediaBox[0 0 300 400]/Rotate 90/CropBox[20 30 280 370]"))
    yield "crop-box", pdf(one_page(page="/CropBox[50 60 250 340]"))
    yield "crop-box-rotated", pdf(one_page(page="/CropBox[50 60 250 340]/Rotate 270"))
    yield "crop-box-larger", pdf(one_page(page="/CropBox[-100 -100 900 900]"))
    yield "negative-origin", pdf(one_page(pages="/MediaBox[-150 -200 150 200]"))
    yield "far-origin", pdf(one_page(pages="/MediaBox[10000 10000 10300 10400]", content=b"1 0 0 1 10000 10000 cm\n" + MARK))
    yield "corners-swapped", pdf(one_page(pages="/MediaBox[300 400 0 0]"))
    yield "box-by-references", pdf(one_page(pages="/MediaBox[0 0 5 0 R 6 0 R]", more=["300", "400"]))
    yield "fractions", pdf(one_page(pages="/MediaBox[0.125 0.333333333 300.123456789 400.987654321]"))
    yield "user-unit", pdf(one_page(page="/UserUnit 2.5"))
    yield "largest", pdf(one_page(pages="/MediaBox[0 0 14400 14400]"))
    yield "no-media-box", pdf(one_page(pages=""))
    yield "no-content", pdf([*one_page()[:2], "<</Type/Page/Parent 2 0 R>>"])
    yield "content-in-pieces", pdf([*one_page()[:2], "<</Type/Page/Parent 2 0 R/Contents[4 0 R 5 0 R]>>", stream(MARK[:31]), stream(MARK[31:])])
    yield "deep-tree", deep_tree(40)
    yield "shared-page", pdf([one_page()[0], "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2/MediaBox[0 0 300 400]>>", *one_page()[2:]])
    yield "no-types", pdf([o.replace("/Type/Page/", "/").replace("/Type/Pages/", "/") if isinstance(o, str) else o for o in one_page()])
    yield "wrong-count", pdf([one_page()[0], "<</Type/Pages/Kids[3 0 R]/Count 7/MediaBox[0 0 300 400]>>", *one_page()[2:]])
    yield "kid-is-null", pdf([one_page()[0], "<</Type/Pages/Kids[null 3 0 R 99 0 R]/Count 3/MediaBox[0 0 300 400]>>", *one_page()[2:]])
    yield "page-in-the-array", pdf([one_page()[0], "<</Type/Pages/Kids[<</Type/Page/Parent 2 0 R/Contents 4 0 R>>]/Count 1/MediaBox[0 0 300 400]>>", "null", one_page()[3]])
    yield "loop-in-tree", pdf([one_page()[0], "<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2/MediaBox[0 0 300 400]>>", *one_page()[2:]])
    yield "three-hundred", letter(300)
    yield "none", pdf(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"])


def deep_tree(levels):
    objects = ["<</Type/Catalog/Pages 2 0 R>>"]
    for level in range(levels):
        parent = f"/Parent {level + 1} 0 R" if level else "/MediaBox[0 0 300 400]"
        objects.append(f"<</Type/Pages/Kids[{level + 3} 0 R]/Count 1{parent}>>")
    objects += [f"<</Type/Page/Parent {levels + 1} 0 R/Contents {levels + 3} 0 R>>", stream(MARK)]
    return pdf(objects)


def form(fields, more, catalog="", page=""):
    return pdf(one_page(catalog=f"/AcroForm<</Fields[{fields}]/DA(/Helv 0 Tf 0 g){catalog}>>", page=page, more=more))


def class_forms():
    sig = f"<<{WIDGET}/FT/Sig/T(S1)/Rect[40 60 190 110]>>"
    text = f"<<{WIDGET}/FT/Tx/T(note)/V(as it was)/Rect[40 300 240 320]>>"
    yield "signature-field", form("5 0 R", [sig], page="/Annots[5 0 R]")
    yield "annotations-elsewhere", form("5 0 R", [sig, "[5 0 R]"], page="/Annots 6 0 R")
    yield "need-appearances", form("5 0 R 6 0 R", [sig, text], "/NeedAppearances true", "/Annots[5 0 R 6 0 R]")
    yield "field-and-widget-apart", form("5 0 R", ["<</FT/Sig/T(S1)/Kids[6 0 R]>>", f"<<{WIDGET}/Parent 5 0 R/Rect[40 60 190 110]>>"], page="/Annots[6 0 R]")
    yield "two-widgets", form("5 0 R", ["<</FT/Sig/T(S1)/Kids[6 0 R 7 0 R]>>", f"<<{WIDGET}/Parent 5 0 R/Rect[40 60 140 110]>>", f"<<{WIDGET}/Parent 5 0 R/Rect[160 60 260 110]>>"], page="/Annots[6 0 R 7 0 R]")
    yield "names-in-a-tree", form("5 0 R", ["<</T(a)/Kids[6 0 R]>>", "<</T(b)/Parent 5 0 R/Kids[7 0 R]>>", f"<<{WIDGET}/Parent 6 0 R/FT/Sig/T(c)/Rect[40 60 190 110]>>"], page="/Annots[7 0 R]")
    yield "unicode-name", form("5 0 R", [f"<<{WIDGET}/FT/Sig/T<FEFF017D006C0074FD>/Rect[40 60 190 110]>>".replace("FD>", "00FD>")], page="/Annots[5 0 R]")
    yield "field-in-the-array", form(f"<<{WIDGET}/FT/Tx/T(note)/Rect[40 300 240 320]>>", [sig], page="/Annots[5 0 R]")
    yield "annotation-in-the-array", pdf(one_page(page="/Annots[<</Type/Annot/Subtype/Square/Rect[40 200 90 250]/C[1 0 0]/F 4>>]"))
    yield "no-fields-entry", pdf(one_page(catalog="/AcroForm<<>>"))
    yield "form-is-null", pdf(one_page(catalog="/AcroForm 99 0 R"))
    yield "field-without-type", form("5 0 R", ["<</T(a)/Kids[6 0 R]>>", "<</T(b)/Parent 5 0 R>>"])
    yield "field-loop", form("5 0 R", ["<</T(a)/Kids[6 0 R]>>", "<</T(b)/Parent 5 0 R/Kids[5 0 R]>>"])
    yield "xfa-static", form("5 0 R", [sig, stream("<xdp:xdp/>")], "/XFA 6 0 R", "/Annots[5 0 R]")
    xfa = stream("<config><acrobat7><dynamicRender>required</dynamicRender></acrobat7></config>")
    yield "xfa-dynamic", form("", [xfa], "/XFA[(config)5 0 R]")
    yield "xfa-dynamic-needs-rendering", pdf(one_page(catalog="/NeedsRendering true/AcroForm<</Fields[]/XFA 5 0 R>>", more=[xfa]))
    yield "reportlab", reportlab_form()


def reportlab_form():
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4, invariant=1)
    sheet.drawString(72, 760, "A form")
    sheet.acroForm.textfield(name="TO_name", x=72, y=700, width=200, height=20, value="Jana")
    sheet.acroForm.checkbox(name="CO_agree", x=72, y=650, checked=True)
    sheet.acroForm.choice(name="CBO_country", x=72, y=600, width=100, height=20, value="SK", options=["SK", "CZ"])
    sheet.save()
    return out.getvalue()


def class_active():
    script = "<</S/JavaScript/JS(app.alert\\(1\\))>>"
    link = "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Border[0 0 0]/A{}>>"
    for name, action in {
        "script": script,
        "launch": "<</S/Launch/F(calc.exe)>>",
        "submit": "<</S/SubmitForm/F(https://example.com)>>",
        "other-file": "<</S/GoToR/F(\\\\\\\\server\\\\share\\\\x.pdf)/D[0/Fit]>>",
        "web-link": "<</S/URI/URI(https://example.com)>>",
    }.items():
        yield name, pdf(one_page(page="/Annots[5 0 R]", more=[link.format(action)]))
    yield "script-by-reference", pdf(one_page(page="/Annots[5 0 R]", more=[link.format("<</S 6 0 R/JS(1)>>"), "/JavaScript"]))
    yield "on-opening", pdf(one_page(catalog=f"/OpenAction{script}/AA<</WC{script}>>", page=f"/AA<</O{script}>>"))
    yield "opens-web-page", pdf(one_page(catalog="/OpenAction<</S/URI/URI(https://example.com)>>"))
    yield "external-stream", pdf(one_page(more=["<</F(other.bin)/Length 0>>\nstream\n\nendstream"], page="/Metadata 5 0 R"))
    look = stream("0 1 0 rg 0 0 40 40 re f", "/Type/XObject/Subtype/Form/BBox[0 0 40 40]")
    for kind, more in {"movie": "/Movie<</F(a.avi)>>", "rich-media": "/RichMediaContent<<>>", "three-d": "/3DD 6 0 R", "screen": "/A<</S/Rendition>>"}.items():
        name = {"movie": "Movie", "rich-media": "RichMedia", "three-d": "3D", "screen": "Screen"}[kind]
        yield kind, pdf(one_page(page="/Annots[5 0 R]", more=[f"<</Type/Annot/Subtype/{name}/F 4/Rect[200 300 240 340]/AP<</N 6 0 R>>{more}>>", look]))
    yield "layers", changed(letter(1), layers)


def layers(document):
    group = document.make_indirect(Dictionary(Type=Name.OCG, Name="Layer"))
    document.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(Order=Array([group])))


def class_embedded():
    def attach(document):
        document.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(document, b"<xml/>", mime_type="text/xml", relationship=Name.Alternative)
        document.Root.AF = Array([document.attachments["factur-x.xml"].obj])

    def portfolio(document):
        document.attachments["a.txt"] = b"hello"
        document.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)

    yield "invoice", changed(letter(1), attach)
    yield "portfolio", changed(letter(1), portfolio)


def class_encrypted():
    plain = letter(1)
    weak = "--allow-weak-crypto"
    yield "rc4-40", by_qpdf(plain, weak, "--encrypt", "", "owner", "40", "--")
    yield "rc4-128", by_qpdf(plain, weak, "--encrypt", "", "owner", "128", "--use-aes=n", "--")
    yield "aes-128", by_qpdf(plain, weak, "--encrypt", "", "owner", "128", "--use-aes=y", "--")
    yield "aes-128-clear-metadata", by_qpdf(plain, weak, "--encrypt", "", "owner", "128", "--use-aes=y", "--cleartext-metadata", "--")
    yield "aes-256", by_qpdf(plain, "--encrypt", "", "owner", "256", "--")
    yield "aes-256-first-form", by_qpdf(plain, "--encrypt", "", "owner", "256", "--force-R5", "--")
    yield "aes-256-object-streams", by_qpdf(plain, "--object-streams=generate", "--encrypt", "", "owner", "256", "--")
    yield "form", by_qpdf(reportlab_form(), "--encrypt", "", "owner", "256", "--modify=none", "--")
    yield "with-password", by_qpdf(plain, "--encrypt", "secret", "owner", "256", "--")


def class_hostile():
    bomb = zlib.compress(b"5 0 " + b" " * 300_000_000, 9)
    packed = as_bytes(f"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(bomb)}>>\nstream\n") + bomb + b"\nendstream"
    yield "object-stream-bomb", pdf(one_page(more=[packed]))
    content = zlib.compress(MARK + b" " * 100_000_000, 9)
    yield "content-bomb", pdf([*one_page()[:3], stream(content, "/Filter/FlateDecode")])
    yield "nesting", pdf(one_page(page="/X" + "[" * 100_000))
    yield "image-of-a-trillion-pixels", pdf(one_page(page="/Resources<</XObject<</I 5 0 R>>>>", more=[stream("x", "/Type/XObject/Subtype/Image/Width 1000000/Height 1000000/ColorSpace/DeviceGray/BitsPerComponent 1")]))
    yield "reference-chain", pdf(one_page(page="/Annots 5 0 R", more=[f"{n + 1} 0 R" for n in range(5, 400)]))
    yield "object-stream-in-itself", pdf(one_page(more=["<</Type/ObjStm/N 1/First 4/Length 5 0 R>>\nstream\n5 0 9\nendstream"]))


def class_not_pdf():
    yield "nothing", b""
    yield "web-page", b"<!DOCTYPE html><title>404</title>" + b" " * 2000
    yield "zip", b"PK\x03\x04" + bytes(2000)
    yield "header-only", HEADER
    yield "header-and-noise", HEADER + bytes(range(256)) * 40


def class_signed():
    """Signed by somebody else, then changed on its way so that nothing can be added soundly."""
    fixture = Path(__file__).parents[2] / "crates/pdf/tests/fixtures/signed-by-somebody-else.pdf"
    file = fixture.read_bytes()
    yield "as-it-came", file
    yield "junk-before", b"\r\n\r\n" + file
    unfilled = f"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 9 9 9]/Contents<{'00' * 64}>>>"
    yield "never-filled-in", pdf(one_page(page="/Annots[5 0 R]", catalog="/AcroForm<</Fields[5 0 R]/SigFlags 3>>", more=[f"<<{WIDGET}/FT/Sig/T(S1)/Rect[40 60 190 110]/V 6 0 R>>", unfilled]))
    yield "damaged", re.sub(rb"startxref\n\d+(?=\s+%%EOF\s*$)", b"startxref\n1", file)
    yield "encrypted", by_qpdf(file, "--encrypt", "", "owner", "256", "--")
    yield "encrypted-as-nobody-published", by_qpdf(file, "--encrypt", "", "owner", "256", "--force-R5", "--")
    signature = "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 9 9 9]/Contents<00>>>"
    yield "hybrid", hybrid("/Annots[8 0 R]", "/AcroForm<</Fields[8 0 R]>>", f"<<{WIDGET}/FT/Sig/T(S1)/Rect[40 60 190 110]/V {signature}>>")


def class_office():
    """By LibreOffice, where it is installed."""
    program = shutil.which("soffice")
    if program is None:
        return
    text = "<html><h1>Agreement</h1><p>Žltý kôň, příliš žluťoučký, Őrült, Łódź, Ţară, Їжак.</p></html>"
    for name, options in {
        "plain": "",
        "pdf-a-1b": ':{"SelectPdfVersion":{"type":"long","value":"1"}}',
        "pdf-a-2b": ':{"SelectPdfVersion":{"type":"long","value":"2"}}',
        "pdf-a-3b": ':{"SelectPdfVersion":{"type":"long","value":"3"}}',
    }.items():
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.html").write_text(text, encoding="utf-8")
            subprocess.run(
                [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", f"pdf:writer_web_pdf_Export{options}", "--outdir", folder, Path(folder, "a.html")],
                capture_output=True, timeout=120, check=True,
            )
            yield name, Path(folder, "a.pdf").read_bytes()


def main():
    folder = Path(sys.argv[1])
    slow = {"class_office"} if "quick" in sys.argv[2:] else set()
    for function, make in list(globals().items()):
        if function.startswith("class_") and function not in slow:
            kind = function.removeprefix("class_").replace("_", "-")
            for name, content in make():
                Path(folder, f"{kind}--{name}.pdf").write_bytes(content)


main()
