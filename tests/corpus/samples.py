"""Takes the PDF files out of the source distributions in FOLDER: samples.py FOLDER TARGET.

What the makers of pyHanko, pikepdf and pypdf test with: real, damaged, encrypted and signed files.
"""

import sys
import tarfile
from pathlib import Path

MAX_BYTES = 3_000_000


def main():
    source, target = map(Path, sys.argv[1:])
    for archive in sorted(source.glob("*.tar.gz")):
        project = archive.name.split("-")[0]
        taken = set()
        with tarfile.open(archive) as tar:
            for member in tar:
                name = Path(member.name).name
                if not member.isfile() or not name.lower().endswith(".pdf") or member.size > MAX_BYTES:
                    continue
                base = name[:-4].replace(" ", "-")
                while base in taken:
                    base += "-again"
                taken.add(base)
                Path(target, f"{project}--{base}.pdf").write_bytes(tar.extractfile(member).read())


main()
