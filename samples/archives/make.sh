#!/usr/bin/env bash
# Makes the archives that need the real tools: 7z, genisoimage, gcab, xz, lzip, bzip2, zstd.
# The RAR files were written by a ten-line program with the writer of the rars crate (0.12.3).
# What is in them is invented. Run in this folder; the results are committed, because other
# versions of the tools write other bytes.
set -euo pipefail
here=$PWD work=$(mktemp -d)
mkdir -p "$work/marked/植树" "$work/clean/trees"
printf '000001\n机密★10年\n特急\n关于开展植树演练的通知\n' >"$work/marked/植树/plan.txt"
printf 'Bring gloves and a spade.\n' >"$work/marked/list.txt"
for n in $(seq 40); do printf '第 %d 组：周六上午植树，自带铁锹。\n' "$n"; done >"$work/clean/trees/groups.txt"
printf 'Bring gloves and a spade.\n' >"$work/clean/list.txt"
for kind in marked clean; do
  cd "$work/$kind"
  rm -f "$here/$kind".{7z,iso,cab,tar.xz,tar.bz2,tar.zst,tar.lz,tar.lzma}
  7z a -bd "$here/$kind.7z" . >/dev/null
  genisoimage -quiet -J -r -V TREES -o "$here/$kind.iso" .
  find . -type f | sort | xargs gcab -c -z "$here/$kind.cab"
  tar --sort=name --owner=0 --group=0 --mtime=2026-01-01 -cf "$work/$kind.tar" .
  for tool in xz bzip2 zstd lzip; do
    case $tool in xz) end=xz ;; bzip2) end=bz2 ;; zstd) end=zst ;; lzip) end=lz ;; esac
    "$tool" -q -c "$work/$kind.tar" >"$here/$kind.tar.$end"
  done
  xz --format=lzma -c "$work/$kind.tar" >"$here/$kind.tar.lzma"
done
cd "$work/marked"
rm -f "$here"/marked-*.zip "$here"/*.7z.tmp
for method in Deflate64 BZip2 LZMA; do 7z a -bd -tzip -mm=$method "$here/marked-${method,,}.zip" ../clean/trees/groups.txt 植树/plan.txt >/dev/null; done
7z a -bd -m0=PPMd "$here/marked-ppmd.7z" . >/dev/null
# A short text would be stored.
cat 植树/plan.txt ../clean/trees/groups.txt >"$work/letter.txt"
7z a -bd -tzip -mm=PPMd "$here/marked-ppmd.zip" "$work/letter.txt" >/dev/null
7z a -bd -m0=Deflate64 "$here/marked-deflate64.7z" . >/dev/null
cd "$work/clean"
7z a -bd -m0=Deflate64 "$here/clean-deflate64.7z" . >/dev/null
7z a -bd -tzip -mm=PPMd "$here/clean-ppmd.zip" trees/groups.txt >/dev/null
7z a -bd -m0=BCJ -m1=Deflate64 "$here/filtered-deflate64.7z" list.txt >/dev/null
7z a -bd -tzip -ptrees -mem=AES256 "$here/encrypted-aes.zip" . >/dev/null
7z a -bd -ptrees "$here/encrypted.7z" . >/dev/null
7z a -bd -ptrees -mhe=on "$here/encrypted-names.7z" . >/dev/null
cd "$here"
# No free tool packs by Quantum: a cabinet that says so of its folder (MS-CAB 2.2, typeCompress).
cp clean.cab quantum.cab
printf '\x42\x15' | dd of=quantum.cab bs=1 seek=42 conv=notrunc status=none
for name in clean.7z clean-deflate64.7z clean-ppmd.zip clean.iso clean.cab clean.tar.xz clean.tar.bz2 clean.tar.zst clean.tar.lz clean.tar.lzma; do
  size=$(stat -c %s "$name")
  head -c $((size * 2 / 3)) "$name" >"truncated${name#clean}"
done
rm -rf "$work"
