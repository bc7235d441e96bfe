#!/usr/bin/env python3
"""Manual pages of Debian packages as text, one page a line of a .jsonl: the same pages in several
languages, for calibration sets that differ in language and in little else.

    apt-get download coreutils manpages manpages-dev util-linux manpages-de manpages-fr
    for package in *.deb; do dpkg -x "$package" pages; done
    python3 manual_page_texts.py pages/usr/share/man --languages en de fr --into texts

Writes INTO/LANGUAGE.jsonl for each language, the same pages in the same order.
"""

import argparse
import gzip
import json
import re
from pathlib import Path

CHARACTERS = {"-": "-", "&": "", ",": "", "/": "", "|": "", "^": "", "%": "", ")": "", " ": " ", "~": " ", "0": " ",
              "e": "\\", "'": "'", "`": "`", "c": "", ":": ""}
NAMED = {"aq": "'", "dq": '"', "em": "—", "en": "–", "bu": "•", "lq": "“", "rq": "”", "cq": "’", "oq": "‘", "ha": "^",
         "ti": "~", "co": "©", "mu": "×", "->": "→", "<=": "≤", ">=": "≥", "rs": "\\", "ga": "`", "(c": "©"}


def plain(line):
    """A line of troff without its escapes."""
    line = re.sub(r'\\".*', "", line)
    line = re.sub(r"\\f(\[[^]]*\]|\(..|.)", "", line)
    line = re.sub(r"\\s[+-]?\d+|\\[mM]\[[^]]*\]", "", line)
    line = re.sub(r"\\\((..)|\\\[([^]]*)\]", lambda found: NAMED.get(found[1] or found[2], ""), line)
    line = re.sub(r"\\(.)", lambda found: CHARACTERS.get(found[1], ""), line)
    return line


def paragraphs(page):
    """Prose of a page: paragraphs of more than 80 characters, tables and code left out."""
    found, lines, skipped = [], [], False

    def close():
        text = re.sub(r"\s+", " ", " ".join(lines)).strip()
        if len(text) > 80:
            found.append(text)
        lines.clear()

    for line in page.splitlines():
        macro = re.match(r"[.'](\w+)\s*(.*)", line)
        if not macro:
            if not line.startswith((".", "'")) and not skipped:
                lines.append(plain(line))
            continue
        name, words = macro.groups()
        if name in ("TS", "EX", "nf"):
            skipped = True
        elif name in ("TE", "EE", "fi"):
            skipped = False
        elif name in ("B", "I", "BR", "IR", "RB", "RI", "BI", "IB") and not skipped:
            text = re.sub(r'"([^"]*)"|(\S+)\s*', lambda part: part[1] or part[2], plain(words)) \
                if len(name) == 2 else plain(words).replace('"', "")
            lines.append(text)
        else:
            close()
    close()
    return found


def pages(root, language):
    folder = root if language == "en" else root / language
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.glob("man*/*.gz"))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="usr/share/man of the unpacked packages")
    parser.add_argument("--languages", nargs="+", default=["en", "de", "fr"])
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    by_language = {language: pages(arguments.root, language) for language in arguments.languages}
    texts = {}
    for name in sorted(set.intersection(*(set(each) for each in by_language.values()))):
        parts = {language: "\n".join(paragraphs(gzip.open(each[name], "rt", errors="replace").read()))
                 for language, each in by_language.items()}
        if all(len(text) > 1000 for text in parts.values()):
            texts[name] = parts
    arguments.into.mkdir(parents=True, exist_ok=True)
    for language in arguments.languages:
        with open(arguments.into / f"{language}.jsonl", "w") as output:
            for name, parts in texts.items():
                output.write(json.dumps({"text": parts[language], "page": name, "language": language},
                                        ensure_ascii=False) + "\n")
    print(f"{len(texts)} pages, characters: " + ", ".join(
        f"{language} {sum(len(parts[language]) for parts in texts.values())}" for language in arguments.languages))


if __name__ == "__main__":
    main()
