"""Honest signed PDFs of many kinds, made by pyHanko: honest.py CONTRACT.pdf FORM.pdf FOLDER

CONTRACT has empty signature fields S1 and SO1, FORM has a text field TFname and a signature field
S1. Writes <kind>.pdf and root.pem into FOLDER; all certificates chain to that root.
"""

import datetime
import io
import sys
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import keys, x509
from cryptography import x509 as cx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko import stamp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
PADES, ADOBE = SigSeedSubFilter.PADES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED


def name(common):
    return cx.Name(
        [
            cx.NameAttribute(NameOID.ORGANIZATION_NAME, "Somebody else"),
            cx.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certificate(common, key, issuer=None, issuer_key=None, ca=False, stamping=False):
    builder = (
        cx.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(issuer.subject if issuer else name(common))
        .public_key(key.public_key())
        .serial_number(cx.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + 300 * DAY)
        .add_extension(cx.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(cx.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    usage = dict.fromkeys(
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
        " key_cert_sign crl_sign encipher_only decipher_only".split(),
        False,
    )
    usage |= {"key_cert_sign": True, "crl_sign": True} if ca else {"digital_signature": True, "content_commitment": True}
    builder = builder.add_extension(cx.KeyUsage(**usage), critical=True)
    if stamping:
        builder = builder.add_extension(cx.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if issuer:
        builder = builder.add_extension(
            cx.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False
        )
    return builder.sign(issuer_key or key, hashes.SHA256())


def to_asn1(made, key):
    der = made.public_bytes(serialization.Encoding.DER)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return x509.Certificate.load(der), keys.PrivateKeyInfo.load(private)


class World:
    def __init__(self):
        self.root_key = rsa.generate_private_key(65537, 2048)
        self.root = certificate("Root", self.root_key, ca=True)
        self.between_key = ec.generate_private_key(ec.SECP384R1())
        self.between = certificate("Between", self.between_key, self.root, self.root_key, ca=True)
        stamp_key = rsa.generate_private_key(65537, 2048)
        stamping = certificate("Time stamps", stamp_key, self.root, self.root_key, stamping=True)
        self.root_asn1, _ = to_asn1(self.root, self.root_key)
        self.between_asn1, _ = to_asn1(self.between, self.between_key)
        stamp_cert, stamp_private = to_asn1(stamping, stamp_key)
        store = SimpleCertificateStore()
        store.register_multiple([self.root_asn1])
        self.stamper = DummyTimeStamper(stamp_cert, stamp_private, certs_to_embed=store)
        self.rsa = rsa.generate_private_key(65537, 2048)

    def signer(self, key=None, pss=False, common="Jana Nováková"):
        key = key or self.rsa
        made = certificate(common, key, self.between, self.between_key)
        cert, private = to_asn1(made, key)
        store = SimpleCertificateStore()
        store.register_multiple([self.root_asn1, self.between_asn1])
        return signers.SimpleSigner(cert, private, store, prefer_pss=pss)

    def lists(self):
        made = []
        for issuer, key in [(self.root, self.root_key), (self.between, self.between_key)]:
            builder = (
                cx.CertificateRevocationListBuilder()
                .issuer_name(issuer.subject)
                .last_update(NOW - datetime.timedelta(minutes=1))
                .next_update(NOW + 30 * DAY)
                .add_extension(cx.CRLNumber(1), critical=False)
                .add_extension(
                    cx.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False
                )
            )
            der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
            made.append(asn1_crl.CertificateList.load(der))
        return made

    def context(self):
        return ValidationContext(
            trust_roots=[self.root_asn1], other_certs=[self.between_asn1], crls=self.lists(), allow_fetching=False
        )


def sign(data, signer, stamper=None, new=None, **meta):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    meta.setdefault("field_name", "S1")
    meta.setdefault("subfilter", PADES)
    out = signers.PdfSigner(
        signers.PdfSignatureMetadata(**meta), signer=signer, timestamper=stamper, new_field_spec=new
    ).sign_pdf(writer)
    return out.getvalue()


def fill(data, value, field="TFname"):
    """Another program fills a field: value and appearance."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    form = writer.root["/AcroForm"]
    for reference in form.raw_get("/Fields") if isinstance(form["/Fields"], list) else form["/Fields"]:
        node = reference.get_object()
        if node.get("/T") != field:
            continue
        node["/V"] = generic.TextStringObject(value)
        look = RawContent(
            data=b"q BT 0 g /Helv 9 Tf 2 5 Td (" + value.encode("ascii") + b") Tj ET Q",
            box=BoxConstraints(200, 22),
        )
        look.set_writer(writer)
        appearance = writer.add_object(look.as_form_xobject())
        node["/AP"] = generic.DictionaryObject({pdf_name("/N"): appearance})
        writer.update_container(node)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def note(data):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    annotation = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Text"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, [10, 10, 30, 30])),
                pdf_name("/Contents"): generic.TextStringObject("a note"),
            }
        )
    )
    page["/Annots"].append(annotation)
    writer.update_container(page["/Annots"])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def touch(data):
    """An update that says nothing but a new title."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.set_info(generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("Another title")}))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def archived(data, world):
    stamper = signers.PdfTimeStamper(world.stamper)
    out = io.BytesIO()
    stamper.update_archival_timestamp_chain(
        PdfFileReader(io.BytesIO(data)), world.context(), in_place=False, output=out
    )
    return out.getvalue()


def stamped(data, world):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    out = signers.PdfTimeStamper(world.stamper).timestamp_pdf(writer, "sha256", world.context())
    return out.getvalue()


def visible(field, box):
    return SigFieldSpec(field, on_page=0, box=box)


def kinds(contract, form, world):
    p256, p384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    rsa_signer, p256_signer = world.signer(), world.signer(p256)
    yield "rsa", sign(contract, rsa_signer, subfilter=ADOBE)
    yield "pss", sign(contract, world.signer(pss=True))
    yield "pss-sha384", sign(contract, world.signer(pss=True), md_algorithm="sha384")
    yield "pss-sha512", sign(contract, world.signer(pss=True), md_algorithm="sha512", subfilter=ADOBE)
    yield "rsa-sha512", sign(contract, rsa_signer, md_algorithm="sha512")
    yield "p256", sign(contract, p256_signer)
    yield "p384", sign(contract, world.signer(p384), md_algorithm="sha384")
    yield "no-field-before", sign(contract, p256_signer, field_name="Fresh")
    yield "visible", sign(contract, p256_signer, field_name="Seen", new=visible("Seen", (60, 60, 240, 120)))
    twice = sign(sign(contract, p256_signer), rsa_signer, field_name="SO1")
    yield "twice", twice
    yield "three-times", sign(twice, p256_signer, field_name="Third", new=visible("Third", (300, 60, 400, 120)))
    yield "stamped", sign(contract, p256_signer, world.stamper)
    lasting = dict(embed_validation_info=True, validation_context=world.context())
    long_term = sign(contract, p256_signer, world.stamper, **lasting)
    yield "long-term", long_term
    lta = sign(contract, p256_signer, world.stamper, use_pades_lta=True, **lasting)
    yield "archive", lta
    yield "archive-renewed", archived(lta, world)
    yield "archive-co-signed", sign(lta, rsa_signer, field_name="SO1")
    yield "document-stamp", stamped(sign(contract, rsa_signer), world)
    yield "filled-between", sign(fill(sign(form, p256_signer), "Ana"), rsa_signer, field_name="Second")
    certified = sign(form, p256_signer, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS, field_name="Author")
    yield "certified-filled", fill(certified, "Eva")
    yield "certified-filled-signed", sign(fill(certified, "Eva"), rsa_signer)
    sealed = sign(
        form, p256_signer, world.stamper, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES, field_name="Author",
        use_pades_lta=True, **lasting
    )
    yield "certified-no-changes-archive", archived(sealed, world)
    notes = sign(form, p256_signer, certify=True, docmdp_permissions=MDPPerm.ANNOTATE, field_name="Author")
    yield "certified-with-note", note(notes)
    locking = SigFieldSpec(
        "Locks", field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, fields=["note"]), box=(0, 0, 0, 0)
    )
    locked = sign(form, p256_signer, field_name="Locks", new=locking)
    yield "locked-another-filled", fill(locked, "Iva")
    yield "title-changed", touch(sign(contract, p256_signer))
    yield "filled-twice", fill(fill(sign(form, p256_signer), "Ana"), "Eva")


def main():
    contract, form, folder = sys.argv[1:]
    world = World()
    Path(folder, "root.pem").write_bytes(world.root.public_bytes(serialization.Encoding.PEM))
    for kind, data in kinds(Path(contract).read_bytes(), Path(form).read_bytes(), world):
        Path(folder, f"{kind}.pdf").write_bytes(data)


main()
