"""Files with tags in every kind of text that writers of PDF produce: make_tagged.py FOLDER FONT.ttf

Prints a JSON array: for each file its name, and for each tag the page and the start of its baseline
(in the page's own coordinates; null where only an oracle knows it).
"""

import json
import sys
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream, String
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont
from reportlab.pdfgen import canvas

FOLDER = Path(sys.argv[1])
INTER = sys.argv[2]
made = []


def told(name, tags):
    """tags: (name, page counted from 1, x, y); x or y None where only an oracle knows it."""
    made.append({"file": name, "tags": [dict(zip(("name", "page", "x", "y"), tag)) for tag in tags]})


def reportlab(name, draw, **options):
    page = canvas.Canvas(str(FOLDER / name), pagesize=A4, **options)
    tags = draw(page)
    page.showPage()
    page.save()
    told(name, tags)


def standard_fonts(page):
    tags = []
    for row, font in enumerate(("Helvetica", "Times-Roman", "Courier-Bold", "Times-Italic", "Helvetica-Oblique")):
        page.setFont(font, 9 + row)
        y = 750.25 - 60 * row
        page.drawString(71.5, y, f"_S{row + 1}_ and more")
        tags.append((f"S{row + 1}", 1, 71.5, y))
    return tags


def subset_font(page):
    """reportlab embeds a subset for each 256 glyphs: TrueType with codes of its own and ToUnicode."""
    pdfmetrics.registerFont(EmbeddedFont("Inter", INTER))
    page.setFont("Inter", 11)
    before = "Підпис замовника, žltý kôň: "
    page.drawString(60, 700, before + "_SC1_ ďalej")
    page.drawString(60, 600, "_SO2_")
    page.setFont("Inter", 7.5)
    page.drawString(80, 500, "_sig3_")
    return [
        ("SC1", 1, 60 + page.stringWidth(before, "Inter", 11), 700),
        ("SO2", 1, 60, 600),
        ("sig3", 1, 80, 500),
    ]


def states(page):
    """Spacing, stretching, rise, render modes, matrices."""

    def text(y, words, font="Helvetica", size=12, **settings):
        line = page.beginText(72, y)
        line.setFont(font, size)
        for setting, value in settings.items():
            getattr(line, setting)(value)
        line.textOut(words)
        page.drawText(line)

    text(700, "_S1_", setCharSpace=1.5)
    text(640, "_S2_", setCharSpace=0, setHorizScale=60, setRise=4)
    text(560, "_S3_", font="Times-Roman", size=14, setHorizScale=100, setRise=0, setTextRenderMode=2)
    page.saveState()
    page.translate(300, 400)
    page.scale(0.5, 0.5)
    page.rotate(90)
    page.setFont("Helvetica", 20)
    page.drawString(10, 0, "_S4_")
    page.restoreState()
    text(300, "_S5_", setTextRenderMode=3)
    return [
        ("S1", 1, 72, 700),
        ("S2", 1, 72, 644),
        ("S3", 1, 72, 560),
        ("S4", 1, 300, 405),
        ("S5", 1, 72, 300),
    ]


def inside_a_form(page):
    page.beginForm("inner")
    page.setFont("Helvetica", 10)
    page.drawString(5, 6, "_SC4_")
    page.endForm()
    page.beginForm("outer")
    page.saveState()
    page.translate(20, 30)
    page.doForm("inner")
    page.restoreState()
    page.endForm()
    for x, y in ((100, 600), (100, 300)):
        page.saveState()
        page.translate(x, y)
        page.doForm("outer")
        page.restoreState()
    return [("SC4", 1, 125, 636), ("SC4", 1, 125, 336)]


def raw(name, content, tags, fonts, page_keys=None, pages=1):
    file = pikepdf.new()
    for _page in range(pages):
        page = file.add_blank_page(page_size=(400, 500))
        page.Resources = Dictionary(Font=Dictionary({f"/{key}": make(file) for key, make in fonts.items()}))
        page.Contents = Stream(file, content.encode("latin-1"))
        for key, value in (page_keys or {}).items():
            page[key] = value
    file.save(FOLDER / name)
    told(name, tags)


def simple(encoding):
    def make(_file):
        return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name(encoding))

    return make


def differences(_file):
    """Codes that mean nothing but by their glyph names; no ToUnicode."""
    names = Array([1, Name("/underscore"), Name("/S"), Name("/C"), Name("/five")])
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name("/Times-Roman"),
        Encoding=Dictionary(Type=Name.Encoding, Differences=names),
    )


def type3(file):
    """Glyphs that are drawings, named as letters, with a font matrix of their own."""
    box = Stream(file, b"60 0 0 0 50 70 d1 0 0 50 70 re f")
    return file.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, -20, 60, 80]),
            FontMatrix=Array([0.01, 0, 0, 0.01, 0, 0]),
            CharProcs=Dictionary({"/underscore": box, "/S": box, "/two": box}),
            Encoding=Dictionary(
                Type=Name.Encoding, Differences=Array([97, Name("/underscore"), Name("/S"), Name("/two")])
            ),
            FirstChar=97,
            LastChar=99,
            Widths=Array([60, 60, 60]),
            Resources=Dictionary(),
        )
    )


class Identity:
    """Identity-H: codes are glyph numbers, said to be text only by ToUnicode."""

    def __init__(self, has_map):
        self.has_map = has_map
        self.font = TTFont(INTER)
        self.names = self.font.getBestCmap()

    def number(self, character):
        return self.font.getGlyphID(self.names[ord(character)])

    def codes(self, text):
        return "".join(f"{self.number(character):04x}" for character in text)

    def __call__(self, file):
        widths, lines = Array([]), []
        for character in "_SO1":
            advance = self.font["hmtx"][self.names[ord(character)]][0] * 1000 / self.font["head"].unitsPerEm
            widths.extend([self.number(character), Array([round(advance, 3)])])
            lines.append(f"<{self.number(character):04x}> <{ord(character):04x}>")
        cmap = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
            "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
            f"{len(lines)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar endcmap end end"
        )
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/Inter"),
            Flags=4,
            FontBBox=Array([-800, -300, 2000, 1000]),
            ItalicAngle=0,
            Ascent=970,
            Descent=-240,
            CapHeight=730,
            StemV=80,
            FontFile2=Stream(file, Path(INTER).read_bytes()),
        )
        system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
        below = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/Inter"),
            CIDSystemInfo=system,
            FontDescriptor=file.make_indirect(descriptor),
            W=widths,
            CIDToGIDMap=Name.Identity,
        )
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/Inter"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([file.make_indirect(below)]),
        )
        if self.has_map:
            font.ToUnicode = Stream(file, cmap.encode())
        return file.make_indirect(font)


def identity():
    for name, has_map, tags in (
        ("identity-h.pdf", True, [("SO1", 1, 50, 420)]),
        ("identity-h-without-map.pdf", False, []),
    ):
        maker = Identity(has_map)
        raw(name, f"BT /F 13 Tf 50 420 Td <{maker.codes('_SO1_')}> Tj ET", tags, {"F": maker})


def hidden_layer():
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(400, 500))
    layer = file.make_indirect(Dictionary(Type=Name.OCG, Name=String("off")))
    helvetica = simple("/WinAnsiEncoding")(file)
    page.Resources = Dictionary(Font=Dictionary(F=helvetica), Properties=Dictionary(L=layer))
    page.Contents = Stream(
        file, b"BT /F 10 Tf 50 400 Td (_S1_) Tj ET /OC /L BDC BT /F 10 Tf 50 300 Td (_S2_) Tj ET EMC"
    )
    file.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    file.save(FOLDER / "hidden-layer.pdf")
    told("hidden-layer.pdf", [("S1", 1, 50, 400)])


def turned(helvetica):
    content = "BT /F 12 Tf 1 0 0 1 200 250 Tm (_S1_) Tj ET BT /F 12 Tf 0 1 -1 0 200 180 Tm (_S2_) Tj ET"
    tags = [("S1", 1, 200, 250), ("S2", 1, 200, 180)]
    boxes = {"/MediaBox": Array([-50, -20, 400, 500]), "/CropBox": Array([30.5, 40.25, 380, 470])}
    for name, keys in (
        ("turned-90.pdf", {"/Rotate": 90}),
        ("turned-180.pdf", {"/Rotate": 180}),
        ("turned-270.pdf", {"/Rotate": 270}),
        ("boxes.pdf", boxes),
        ("boxes-turned.pdf", {**boxes, "/Rotate": 90}),
        ("user-unit.pdf", {"/UserUnit": 2}),
    ):
        raw(name, content, tags, {"F": helvetica}, keys)


def main():
    helvetica, mac_roman = simple("/WinAnsiEncoding"), simple("/MacRomanEncoding")
    reportlab("standard-fonts.pdf", standard_fonts, pageCompression=0)
    reportlab("compressed.pdf", standard_fonts, pageCompression=1)
    reportlab("subset-font.pdf", subset_font)
    reportlab("states.pdf", states)
    reportlab("inside-a-form.pdf", inside_a_form)
    split = (
        "BT /F 12 Tf 40 400 Td (_) Tj (S) Tj (1) Tj (_) Tj ET "
        "BT /F 12 Tf 40 350 Td [(_S) -30 (2) 15 (_)] TJ ET "
        "BT /F 12 Tf 1 0 0 1 40 250 Tm (_S) Tj ET BT /G 12 Tf 1 0 0 1 54.68 250 Tm (O4_) Tj ET "
        "BT /F 12 Tf 40 200 Td (_s1_ _S6_ _S0_ S1_ _SX1_ _S1 _ _Sig1_ _SO_ _S12_) Tj ET"
    )
    split_tags = [("S1", 1, 40, 400), ("S2", 1, 40, 350), ("SO4", 1, 40, 250)]
    raw("split-operators.pdf", split, split_tags, {"F": helvetica, "G": mac_roman})
    raw("differences.pdf", "BT /F 16 Tf 33 222 Td <0102030401> Tj ET", [("SC5", 1, 33, 222)], {"F": differences})
    raw("mac-roman.pdf", "BT /F 16 Tf 33 222 Td (\x8e _S3_) Tj ET", [("S3", 1, None, 222)], {"F": mac_roman})
    raw("type3.pdf", "BT /F 10 Tf 44 111 Td (abca) Tj ET", [("S2", 1, 44, 111)], {"F": type3})
    identity()
    hidden_layer()
    turned(helvetica)
    twice = "BT /F 10 Tf 40 400 Td (_S1_) Tj 0 -200 Td (_S1_ _SO1_) Tj ET"
    tags = [(name, page, x, y) for page in (1, 2) for name, x, y in (("S1", 40, 400), ("S1", 40, 200), ("SO1", None, 200))]
    raw("two-pages.pdf", twice, tags, {"F": helvetica}, pages=2)
    print(json.dumps(made))


main()
