"""A file as pyHanko reads it strictly, in clear where its password is empty."""

import dataclasses

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPSpec


def opened(file):
    reader = PdfFileReader(file, strict=True)
    if reader.encrypted:
        reader.decrypt("")
        read_locks_in_clear()
    return reader


def read_locks_in_clear():
    """pyHanko 0.38 goes through the names in a lock of an encrypted file without decrypting them, and fails; by their
    places it has them in clear."""
    read = FieldMDPSpec.from_pdf_object

    def in_clear(told):
        lock = read(told)
        names = lock.fields or []
        return dataclasses.replace(lock, fields=[names[at] for at in range(len(names))] or None)

    FieldMDPSpec.from_pdf_object = staticmethod(in_clear)
