"""Makes the inputs that each fuzz target begins with, from the fixtures of tests/data.

    python3 make_corpus.py DATA OUT

Every target has a folder OUT/TARGET. The inputs are small: a fuzzer learns little from large ones.
"""
import gzip
import pathlib
import sys

LARGEST = 64 * 1024


def main(data: pathlib.Path, out: pathlib.Path) -> None:
    def put(target: str, name: str, content: bytes) -> None:
        if len(content) <= LARGEST:
            folder = out / target
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    for model in sorted((data / "models").iterdir()):
        put("config", model.name, (model / "config.json").read_bytes())
    for model in sorted((data / "quantized").iterdir()):
        config = (model / "config.json").read_bytes()
        weights = (model / "model.safetensors").read_bytes()
        put("config", model.name, config)
        put("safetensors", model.name, weights)
        put("quantized", model.name, config + b"\0" + weights)
        for extra in ("quantize_config.json", "quant_config.json"):
            if (model / extra).exists():
                put("config", f"{model.name}-{extra}", (model / extra).read_bytes())
    for file in sorted((data / "gguf").rglob("*.gguf")):
        put("gguf", file.stem, file.read_bytes())
    for folder in sorted((data / "tokenizers").iterdir()):
        for name, target in (("tokenizer.json", "tokenizer_json"), ("tokenizer.model", "sentencepiece")):
            if (folder / name).exists():
                put(target, folder.name, (folder / name).read_bytes())
        for file in sorted(folder.glob("*.tiktoken")) if folder.is_dir() else []:
            put("sentencepiece", folder.name, file.read_bytes())

    texts = {
        0: b"a line\n\nanother \xe6\xbc\xa2\xe5\xad\x97\r\nlast",
        1: b"\xef\xbb\xbfone\ntwo\n\n \nthree\n",
        2: b"the whole of it",
        3: b"first -- second --\n--third",
        4: b'{"text": "a \\u00e4 \\ud83d\\ude00", "label": "x"}\n{"label": 3, "text": ""}\n',
        5: b'text,label\r\n"a ""quoted"" cell, with\nlines",x\r\nplain,y\r\n',
        6: b"label\ttext\nx\tsome text\ny\t\n",
    }
    for kind, text in texts.items():
        for first in (kind, kind + 7 * 19):  # the second asks for labels
            put("documents", f"{first}", bytes([first]) + text)
        put("documents", f"{kind}-gzip", bytes([kind]) + gzip.compress(text, mtime=0))
    # A Zstandard frame with one raw block.
    raw = texts[0]
    frame = b"\x28\xb5\x2f\xfd\x20" + bytes([len(raw)]) + (len(raw) << 3 | 1).to_bytes(3, "little") + raw
    put("documents", "zstd", b"\0" + frame)

    put("questions", "popqa", b'{"question": "Who?", "answers": "[\\"A\\", \\"B\\"]", "popularity": "12"}\n')
    put("questions", "lists", b'{"question": "What?", "answers": ["a", 3], "popularity": 2.5}\n')
    put("questions", "choices", b'[{"question": "q", "choices": ["x", "y"], "gold": 1, "answers": "y"}]')
    put("questions", "demo", b"".join((data / "questions/demo.jsonl").read_bytes().splitlines(True)[:3]))

    for target in ("session", "analysis"):
        for seed in range(12):
            put(target, f"{seed}", bytes((seed * 37 + i * i * 11 + i * seed) % 256 for i in range(40 * (seed + 1))))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
