"""The documents that the integrator sends, made anew each time: plain, with tags, with a form."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas


def plain(title):
    """A page of text, signed anywhere."""
    return _page(title, lambda sheet: None)


def tagged(title, *tags):
    """A page with tags where signatures belong."""
    def draw(sheet):
        for row, tag in enumerate(tags):
            sheet.drawString(72, 500 - 90 * row, "Signed:")
            sheet.drawString(160, 500 - 90 * row, tag)
    return _page(title, draw)


def form(title, *parties):
    """A page with fields of every kind for each party: `TC_…`, `CC_…`, `RC_…`, `CBC_…`, all compulsory, and `S_…` to sign."""
    def draw(sheet):
        for row, party in enumerate(parties):
            y = 640 - 250 * row
            acro = sheet.acroForm
            acro.textfield(name=f"TC_{party}", x=160, y=y, width=200, height=20, borderWidth=1)
            acro.checkbox(name=f"CC_{party}", x=160, y=y - 40, size=16)
            for step, answer in enumerate(("yes", "no")):
                acro.radio(name=f"RC_{party}", value=answer, selected=False, x=160 + 60 * step, y=y - 80, size=16)
            acro.choice(name=f"CBC_{party}", options=["36 months", "48 months"], value="36 months", x=160, y=y - 120, width=200, height=20)
            for label, down in (("Name", 0), ("Agreed", 40), ("Insured", 80), ("Term", 120), ("Signed", 180)):
                sheet.drawString(72, y - down + 4, label)
    with pikepdf.open(io.BytesIO(_page(title, draw))) as document:
        page = document.pages[0]
        for row, party in enumerate(parties):
            y = 640 - 250 * row - 190
            field = document.make_indirect(Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=f"S_{party}", F=4,
                Rect=Array([160, y, 310, y + 50]), P=page.obj,
            ))
            page.Annots.append(field)
            document.Root.AcroForm.Fields.append(field)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def values(content):
    """The values of a form's fields, by name."""
    with pikepdf.open(io.BytesIO(content)) as document:
        fields = document.Root.AcroForm.Fields
        return {str(field.T): str(field.V) for field in fields if "/V" in field and field.get("/FT") != Name.Sig}


def _page(title, draw):
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4)
    sheet.setFont("Helvetica", 20)
    sheet.drawString(72, 770, title)
    sheet.setFont("Helvetica", 12)
    sheet.drawString(72, 735, "The lessor leaves the vehicle to the lessee, who pays on the first day of each month.")
    draw(sheet)
    sheet.showPage()
    sheet.save()
    return out.getvalue()
