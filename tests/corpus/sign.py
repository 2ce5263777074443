"""Signs encrypted files as somebody else would: sign.py FOLDER, with the Python that has pyHanko.

Each cipher of the standard with an empty password, as FOLDER/signed--<cipher>.pdf; qpdf encrypts, pyHanko signs.
"""

import datetime
import io
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from raw import MARK, one_page, pdf

WIDGET = "/Type/Annot/Subtype/Widget/F 4/P 3 0 R"
WEAK = "--allow-weak-crypto"
CIPHERS = {
    "rc4-40": (WEAK, "--encrypt", "", "owner", "40", "--"),
    "rc4-128": (WEAK, "--encrypt", "", "owner", "128", "--use-aes=n", "--"),
    "aes-128": (WEAK, "--encrypt", "", "owner", "128", "--use-aes=y", "--"),
    "aes-128-clear-metadata": (WEAK, "--encrypt", "", "owner", "128", "--use-aes=y", "--cleartext-metadata", "--"),
    "aes-256": ("--encrypt", "", "owner", "256", "--"),
    "aes-256-object-streams": ("--object-streams=generate", "--encrypt", "", "owner", "256", "--"),
    "aes-256-linearised": ("--linearize", "--encrypt", "", "owner", "256", "--"),
    "aes-256-no-rights": ("--encrypt", "", "owner", "256", "--modify=none", "--"),
}


def encrypted(file, options):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.pdf"), Path(folder, "out.pdf")
        source.write_bytes(file)
        subprocess.run(["qpdf", *options, source, target], check=True, capture_output=True)
        return target.read_bytes()


def stranger(folder):
    """A signer whom nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Somebody else")])
    today = datetime.datetime.now(datetime.timezone.utc)
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    usage |= {"digital_signature": True, "content_commitment": True}
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1)).not_valid_after(today + datetime.timedelta(days=365))
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = Path(folder, "signer.pem"), Path(folder, "signer.key")
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return signers.SimpleSigner.load(str(secret), str(pem))


def signed(file, signer):
    writer = IncrementalPdfFileWriter(io.BytesIO(file))
    writer.encrypt("")
    place = fields.SigFieldSpec("Stranger", on_page=0, box=(20, 20, 120, 60))
    metadata = signers.PdfSignatureMetadata(field_name="Stranger", reason="Seen", name="Somebody else")
    return signers.PdfSigner(metadata, signer, new_field_spec=place).sign_pdf(writer).getvalue()


def main():
    folder = Path(sys.argv[1])
    form = "/AcroForm<</Fields[5 0 R 6 0 R]/DA(/Helv 0 Tf 0 g)>>"
    field = f"<<{WIDGET}/FT/Sig/T(S1)/Rect[140 60 290 110]>>"
    note = f"<<{WIDGET}/FT/Tx/T(note)/V(as it was)/Rect[40 300 240 320]/DA(/Helv 9 Tf 0 g)>>"
    plain = pdf(one_page(catalog=form, page="/Annots[5 0 R 6 0 R]", more=[field, note], content=MARK))
    with tempfile.TemporaryDirectory() as secrets:
        signer = stranger(secrets)
        for cipher, options in CIPHERS.items():
            Path(folder, f"signed--{cipher}.pdf").write_bytes(signed(encrypted(plain, options), signer))


main()
