#!/usr/bin/env bash
# Pictures every page of a small study, light and dark, at two sizes of the window, into
# BUILD_FOLDER/screenshots, for people to look at; fails where one is missing, of another size or
# of one colour.
#
#   screenshots.sh BUILD_FOLDER SOURCE_FOLDER
set -euo pipefail

build=$1
source=$2
folder=$build/screenshots
export QT_QPA_PLATFORM=offscreen OMP_WAIT_POLICY=passive
export XDG_CONFIG_HOME=$folder/settings XDG_DATA_HOME=$folder/data
rm -rf "$folder"
mkdir -p "$folder"
"$build/bin/quantscope-cli" run --config "$source/resources/demo/study.toml" --examples 48 \
    --calibration-examples 16 --tokens 64 --method rtn:bits=3,group=64,name=RTN-3 \
    --method gptq:bits=3,group=64,name=GPTQ-3 -o "$folder/study.qscope.h5" >"$folder/study.log" 2>&1 || {
    cat "$folder/study.log" >&2
    exit 1
}

for size in 1280x800 2560x1440; do
    for theme in light dark; do
        pictures=$folder/$size-$theme
        timeout 240 "$build/bin/quantscope" --screenshot-folder "$pictures" --window-size "$size" \
            --theme "$theme" --language en "$folder/study.qscope.h5"
        python3 - "$pictures" "$size" <<'PYTHON'
import pathlib, struct, sys
folder, size = pathlib.Path(sys.argv[1]), sys.argv[2]
pictures = sorted(folder.glob("page-*.png"))
pages = {p.stem.split("-")[1] for p in pictures}
if len(pages) < 20:
    sys.exit(f"{folder}: pictures of {len(pages)} pages, expected at least 20")
for picture in pictures:
    data = picture.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    if f"{width}x{height}" != size:
        sys.exit(f"{picture}: {width}x{height}, expected {size}")
    if len(data) < 8000:
        sys.exit(f"{picture}: {len(data)} bytes, so nearly nothing is drawn")
print(f"{folder}: {len(pictures)} pictures of {len(pages)} pages")
PYTHON
    done
done
rm -rf "$folder/settings" "$folder/data"
