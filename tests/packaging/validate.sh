#!/usr/bin/env bash
# The desktop entry, AppStream metadata and MIME type pass the validators of their standards.
#
#   validate.sh SOURCE_FOLDER
set -euo pipefail

linux=$1/packaging/linux
for tool in desktop-file-validate appstreamcli update-mime-database; do
    if ! command -v "$tool" >/dev/null; then
        echo "SKIP   : packaging/validate $tool is not installed"
        exit 77
    fi
done
desktop-file-validate "$linux/quantscope.desktop"
appstreamcli validate --no-net "$linux"/*.metainfo.xml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/mime/packages"
cp "$linux/quantscope-mime.xml" "$folder/mime/packages/"
XDG_DATA_HOME=$folder update-mime-database "$folder/mime" 2>"$folder/problems"
if [[ -s $folder/problems ]]; then
    cat "$folder/problems" >&2
    exit 1
fi
grep -qx '80:application/x-qscope+hdf5:\*.qscope.h5' "$folder/mime/globs2"
# What the files name is there.
for name in quantscope.desktop quantscope-mime.xml application-x-qscope.svg; do
    test -s "$linux/$name"
done
grep -q '<launchable type="desktop-id">quantscope.desktop</launchable>' "$linux"/*.metainfo.xml
grep -q '^MimeType=application/x-qscope+hdf5;$' "$linux/quantscope.desktop"
