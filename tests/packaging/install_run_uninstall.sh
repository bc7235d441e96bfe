#!/usr/bin/env bash
# Makes the Debian package, installs it, runs a small study and draws its figures with what is
# installed, and uninstalls it again without a trace.
#
#   install_run_uninstall.sh BUILD_FOLDER
set -euo pipefail

build=$1
skip() {
    echo "SKIP   : packaging/install_run_uninstall $1"
    exit 77
}
for tool in cpack dpkg dpkg-shlibdeps; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done
[[ $EUID -eq 0 ]] || skip "only root can install a package"
[[ $(dpkg-query -W -f='${db:Status-Status}' quantscope 2>/dev/null) != installed ]] ||
    skip "quantscope is installed already, and stays"
for program in quantscope quantscope-cli quantscope-session-check; do
    [[ -x $build/bin/$program ]] || skip "$program is not built"
done

folder=$(mktemp -d)
installed=
clean() {
    if [[ -n $installed ]]; then
        dpkg --purge quantscope >/dev/null || true
    fi
    rm -rf "$folder"
}
trap clean EXIT

(cd "$build" && cpack -G DEB -B "$folder/package" >"$folder/cpack.log" 2>&1) || {
    cat "$folder/cpack.log" >&2
    exit 1
}
package=$(echo "$folder"/package/quantscope_*.deb)
dpkg-deb --info "$package"
dpkg-deb --field "$package" Depends | grep -q libc6
dpkg-deb --contents "$package" | awk '{print $6}' >"$folder/contents"
for file in usr/bin/quantscope usr/bin/quantscope-cli \
    usr/libexec/quantscope/quantscope-session-check \
    usr/share/applications/quantscope.desktop usr/share/mime/packages/quantscope.xml \
    usr/share/icons/hicolor/scalable/apps/quantscope.svg \
    usr/share/icons/hicolor/scalable/mimetypes/application-x-qscope.svg \
    usr/share/metainfo/internal.quantscope.quantscope.metainfo.xml \
    usr/share/quantscope/demo/model/model.safetensors usr/share/doc/quantscope/copyright; do
    grep -qx "./$file" "$folder/contents" || {
        echo "The package lacks $file." >&2
        exit 1
    }
done

installed=yes
dpkg --install "$package"
cd "$folder"
/usr/bin/quantscope-cli --version
QT_QPA_PLATFORM=offscreen /usr/bin/quantscope --version
/usr/bin/quantscope-cli run --config /usr/share/quantscope/demo/study.toml \
    --examples 8 -o "$folder/small.qscope.h5"
QT_QPA_PLATFORM=offscreen /usr/bin/quantscope figures "$folder/small.qscope.h5" -o "$folder/figures"
test -s "$folder/figures/captions.txt"
if command -v update-mime-database >/dev/null; then
    grep -q 'application/x-qscope+hdf5:\*.qscope.h5' /usr/share/mime/globs2 # by dpkg's trigger
fi

dpkg --purge quantscope
installed=
while read -r file; do
    if [[ $file != */ && -e ${file#.} ]]; then
        echo "${file#.} stayed after the package was removed." >&2
        exit 1
    fi
done <"$folder/contents"
test ! -e /usr/share/quantscope
echo "Installed, run and removed."
