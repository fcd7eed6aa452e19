"""What one would write oneself: the paragraphs of every docx of a folder, runs joined, searched for terms.
Usage: naive_docx.py FILE-OF-TERMS DOCX... Prints the names of documents that hold one."""

import re
import sys
import zipfile

TOKEN = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|</w:p>")
PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        terms = file.read().split()
    for path in sys.argv[2:]:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if PART.fullmatch(name):
                    text = "".join([piece or "" for piece in TOKEN.findall(package.read(name).decode())])
                    if any(term in text for term in terms):
                        print(path)
                        break


main()
