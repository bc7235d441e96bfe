#!/usr/bin/env python3
"""Makes tests/data/tokenizers: tiny tokenizers and what the reference libraries do with them.

    python3 -m venv venv
    venv/bin/pip install tokenizers==0.23.3 sentencepiece==0.2.3 tiktoken==0.13.0 transformers==5.24.0
    venv/bin/python tests/tools/tokenizers/make_fixtures.py tests/data/tokenizers [NAME...]
    venv/bin/python tests/tools/tokenizers/make_fixtures.py --texts DIRECTORY TOKENIZER...

The first form trains every tokenizer on the few sentences below, so that nothing here is anybody's
model, and writes texts.json (the texts), the tokenizer's files in a folder of its name, and
NAME/expected.json (ids without and with special tokens, decoded text with special tokens left out,
for each text). The second form prints, for real tokenizers and texts that are not part of the
project, the numbers that the tests compare with: how many ids, and their FNV-1a hash.
"""

import base64
import io
import json
import pathlib
import random
import sys
import unicodedata

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders as dec
from tokenizers import models, normalizers as norm, pre_tokenizers as pre, processors as proc
from tokenizers import trainers

SENTENCES = [
    "The river bends twice before the mill, and the miller knows both bends by name.",
    "She counted 12 boats, 345 nets and 6789 fish; nobody counted the gulls.",
    "Don't say you've seen it if it's not there, they'll ask where it'd been.",
    "Der Müller grüßt die Gäste, während draußen der Regen fällt.",
    "L'été dernier, où étiez-vous ? À la plage, bien sûr.",
    "Мельник знает каждый поворот реки и каждую лодку.",
    "水车转动，河水流过磨坊。船夫数了十二条船。",
    "水車が回り、川が流れる。ふねをかぞえた。",
    "نهر يجري بين الحقول والطاحونة القديمة.",
    "def count(nets):\n    total = 0\n    for net in nets:\n        total += len(net)\n    return total\n",
    "wind  and   rain    and     wind\t\tagain\n\n\nand rain",
    "café naïve coöperate Ångström ﬁne ½ ² Ⅷ",
]
CORPUS = SENTENCES * 3 + [" ".join(reversed(s.split(" "))) for s in SENTENCES]

TEMPLATE = dict(single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
SPECIAL = ["<unk>", "<s>", "</s>"]
WORDS = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
         r"|\s*[\r\n]+|\s+(?!\S)|\s+")


def texts():
    """Texts that are made to hurt; each has a reason to be here."""
    source = random.Random(20)
    result = [
        "", " ", "  ", "\n", " \t\n x \u00a0y \u3000z  ", "\0", "a\0b",
        "The miller's 12 boats, 3456 nets.", "  leading and trailing  ", "DON'T SAY you'LL, it'ſ",
        "<s>river</s> <s> mill <unk>", "a<mask>b <mask> c  <mask>  d", "keep<keep>s keep <keep>",
        "Weißes Müsli, naïve ÅNGSTRÖM e\u0301\u0327\u0301o\u0308",
        "漢字かな交じり文、水車。한국어", "שלום مرحبا ١٢٣ \u202eabc", "👨‍👩‍👧‍👦 🏳️‍🌈 😶‍🌫️ 🦙.cpp",
        "ﬁ ﬂ Ⅷ ½ ² ㌔ İSTANBUL ΣΊΣΥΦΟΣ ς", "\u180e\u2028\u2029\x85\xa0x\ufeff\u200by",
        "snake_case-and.dots...!?__--", "\r\n\r\n a\r b\t\t", "<0x0A><0xE2>▁ x▁▁y", "x" * 70 + " " * 40,
        "aaaa bbb aaaab", "1 22 333 4444 55555 ⅷ٣",
    ]
    categories = {}
    for code in range(1, 0x110000):
        category = unicodedata.category(chr(code))
        if category not in ("Cn", "Co", "Cs"):
            categories.setdefault(category, []).append(chr(code))
    for category in sorted(categories):
        pick = lambda: source.choice(categories[category])
        result.append(pick() + pick() + " a" + pick() + "1 " + pick() * 2 + "b " + pick())
    return result


def trainer(size=160, alphabet=90, special=SPECIAL, **options):
    return trainers.BpeTrainer(vocab_size=size, limit_alphabet=alphabet, special_tokens=special,
                               show_progress=False, **options)


def bpe(normalizer=None, pre_tokenizer=None, decoder=None, processor=None, added=(), model=None,
        **training):
    tokenizer = Tokenizer(models.BPE(**(model or {"unk_token": "<unk>"})))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    if decoder:
        tokenizer.decoder = decoder
    tokenizer.train_from_iterator(CORPUS, trainer(**training))
    tokenizer.add_tokens(list(added))
    if processor:
        tokenizer.post_processor = processor
    return tokenizer


def byte_level(pre_tokenizer, **options):
    options.setdefault("decoder", dec.ByteLevel())
    return bpe(pre_tokenizer=pre_tokenizer, model={"ignore_merges": options.pop("ignore", False)},
               size=330, alphabet=256, initial_alphabet=pre.ByteLevel.alphabet(), **options)


def llama(normalizer, **options):
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    tokenizer = bpe(normalizer=normalizer, special=SPECIAL + bytes_, size=380, alphabet=50,
                    pre_tokenizer=pre.Split("▁", "merged_with_next"),
                    model={"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True},
                    processor=proc.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)]),
                    decoder=dec.Sequence([dec.Replace("▁", " "), dec.ByteFallback(), dec.Fuse(),
                                          dec.Strip(" ", 1, 0)]), **options)
    content = json.loads(tokenizer.to_str())
    content["pre_tokenizer"] = None
    content["added_tokens"] = [t for t in content["added_tokens"] if not t["content"].startswith("<0x")]
    return Tokenizer.from_str(json.dumps(content))


def unigram(fuse=None, **options):
    """Trained by the library itself; scores as it writes them."""
    tokenizer = Tokenizer(models.Unigram())
    for step in ("normalizer", "pre_tokenizer", "decoder"):
        if options.get(step):
            setattr(tokenizer, step, options[step])
    tokenizer.train_from_iterator(CORPUS, trainers.UnigramTrainer(
        vocab_size=options.get("size", 320), special_tokens=options.get("special", SPECIAL),
        unk_token="<unk>", show_progress=False))
    tokenizer.add_tokens(list(options.get("added", ())))
    if options.get("processor"):
        tokenizer.post_processor = options["processor"]
    return tokenizer


def with_bytes(tokenizer):
    """The same with a token for each byte and byte fallback."""
    content = json.loads(tokenizer.to_str())
    content["model"]["vocab"] += [[f"<0x{b:02X}>", -20.0] for b in range(256)]
    content["model"]["byte_fallback"] = True
    return Tokenizer.from_str(json.dumps(content))


def word_piece(normalizer, **options):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", **options.get("model", {})))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre.BertPreTokenizer()
    tokenizer.decoder = dec.WordPiece(cleanup=options.get("cleanup", True))
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(
        vocab_size=options.get("size", 220), limit_alphabet=options.get("alphabet", 120),
        special_tokens=["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"], show_progress=False))
    tokenizer.post_processor = proc.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return tokenizer


def split(pattern, behavior, invert=False):
    return bpe(pre_tokenizer=pre.Split(pattern, behavior, invert), decoder=dec.Fuse(), size=140)


def tokenizers():
    lower = norm.Sequence([norm.NFD(), norm.StripAccents(), norm.Lowercase(), norm.Strip()])
    flags = [
        AddedToken("<mask>", lstrip=True, rstrip=False, normalized=False, special=True),
        AddedToken("<keep>", single_word=True, normalized=False),
        AddedToken("River", normalized=True),
        AddedToken("mill", rstrip=True, normalized=False, single_word=True),
    ]
    yield "byte_level", byte_level(pre.ByteLevel(add_prefix_space=False),
                                   processor=proc.ByteLevel(trim_offsets=False))
    yield "byte_level_prefix", byte_level(
        pre.ByteLevel(add_prefix_space=True), normalizer=norm.NFC(), added=flags,
        processor=proc.Sequence([proc.ByteLevel(trim_offsets=True), proc.TemplateProcessing(**TEMPLATE)]))
    yield "byte_level_words", byte_level(
        pre.Sequence([pre.Split(Regex(WORDS), "isolated"),
                      pre.ByteLevel(add_prefix_space=False, use_regex=False)]), ignore=True)
    yield "byte_level_digits", byte_level(
        pre.Sequence([pre.Digits(individual_digits=True), pre.ByteLevel(add_prefix_space=False)]),
        processor=proc.RobertaProcessing(("</s>", 2), ("<s>", 1)))
    yield "byte_level_normalizer", byte_level(pre.Split(Regex("Ġ"), "merged_with_next"),
                                              normalizer=norm.ByteLevel())
    yield "llama", llama(norm.Sequence([norm.Prepend("▁"), norm.Replace(" ", "▁")]),
                         added=[AddedToken("<mask>", normalized=False, special=True)])
    yield "llama_normalized", llama(norm.Sequence([norm.Prepend("▁"), norm.Replace(" ", "▁")]),
                                    added=[AddedToken("<mask>", normalized=True)])
    for scheme in ("always", "first", "never"):
        yield f"metaspace_{scheme}", bpe(
            pre_tokenizer=pre.Metaspace(prepend_scheme=scheme), added=flags,
            decoder=dec.Metaspace(prepend_scheme=scheme),
            model={"unk_token": "<unk>", "fuse_unk": scheme == "first"})
    yield "metaspace_whole", bpe(pre_tokenizer=pre.Sequence(
        [pre.WhitespaceSplit(), pre.Metaspace(replacement="_", split=False)]),
        decoder=dec.Metaspace(replacement="_"))
    yield "accents", bpe(normalizer=lower, pre_tokenizer=pre.Whitespace(), added=flags,
                         processor=proc.BertProcessing(("</s>", 2), ("<s>", 1)))
    yield "compatibility", bpe(normalizer=norm.NFKC(), decoder=dec.Fuse(), pre_tokenizer=pre.Sequence(
        [pre.WhitespaceSplit(), pre.Punctuation("merged_with_previous")]))
    yield "decomposed", bpe(
        normalizer=norm.Sequence([norm.NFKD(), norm.Replace(Regex(r"\s+"), " "),
                                  norm.Strip(left=False, right=True)]),
        pre_tokenizer=pre.Sequence([pre.Punctuation("contiguous"), pre.Digits()]),
        decoder=dec.Sequence([dec.Replace(Regex("[aeiou]+"), "*"), dec.Strip("e", 1, 2)]),
        model={})  # no unknown token: what is unknown vanishes
    yield "suffix", bpe(pre_tokenizer=pre.WhitespaceSplit(), decoder=dec.BPEDecoder(suffix="</w>"),
                        model={"unk_token": "<unk>", "end_of_word_suffix": "</w>"},
                        end_of_word_suffix="</w>")
    yield "continuing", bpe(pre_tokenizer=pre.Whitespace(), continuing_subword_prefix="##",
                            model={"unk_token": "<unk>", "continuing_subword_prefix": "##"})
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        yield f"split_{behavior}", split(Regex(r"\s|[.,]"), behavior)
        yield f"split_{behavior}_inverted", split(Regex(r"\w+"), behavior, invert=True)
    yield "split_literal", split("an", "merged_with_next")
    yield "split_dialect", split(
        Regex(r" ?[^(\s|[.,!?…。，、।۔،])]+|\p{Han}|\h+$|^\S\b|\B\u00e9|(?m:b.)|\p{^Letter}"), "isolated")
    yield "split_lookaround", split(Regex(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?!\d)|(?i:ſ|ß)++"),
                                    "merged_with_next")


def later_tokenizers(characters):
    """Unigram and WordPiece. `characters`: a SentencePiece model's precompiled character map."""
    yield "unigram", unigram(
        normalizer=norm.Sequence([norm.Precompiled(characters), norm.Replace(Regex(" {2,}"), " ")]),
        pre_tokenizer=pre.Metaspace(), decoder=dec.Metaspace(),
        processor=proc.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 2)]))
    yield "unigram_bytes", with_bytes(unigram(
        pre_tokenizer=pre.Sequence([pre.WhitespaceSplit(), pre.Metaspace()]), size=300,
        decoder=dec.Sequence([dec.ByteFallback(), dec.Metaspace()]),
        added=[AddedToken("<mask>", lstrip=True, normalized=False, special=True)]))
    yield "unigram_whole", unigram(normalizer=norm.NFKC(), decoder=dec.Fuse())
    yield "word_piece", word_piece(norm.BertNormalizer())
    yield "word_piece_cased", word_piece(
        norm.BertNormalizer(lowercase=False, clean_text=False, handle_chinese_chars=False),
        cleanup=False, size=300, model={"max_input_chars_per_word": 9})
    yield "word_piece_accents", word_piece(
        norm.BertNormalizer(strip_accents=False), size=260, alphabet=200)


RULES = {"Å": "A", "ﬁ": "fi", "½": "1/2", "\t": " ", "\n": " ", "\u3000": " ", "e\u0301": "é",
         "e\u0301\u0301": "E", "\u200b": "", "ς": "σ"}


def sentencepiece_model(path, unused=(), **options):
    rules = path / "rules.tsv"
    rules.write_text("".join(
        "{}\t{}\n".format(" ".join(f"{ord(c):X}" for c in k), " ".join(f"{ord(c):X}" for c in v))
        for k, v in RULES.items()))
    if options.pop("rules", False):
        options["normalization_rule_tsv"] = str(rules)
    else:
        options["normalization_rule_name"] = "identity"
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for s in CORPUS for line in s.split("\n") if line),
        model_writer=model, minloglevel=2, num_threads=1, hard_vocab_limit=False, **options)
    rules.unlink()
    if not unused:
        return model.getvalue()
    from sentencepiece import sentencepiece_model_pb2
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    for piece in proto.pieces:
        if piece.piece in unused:
            piece.type = sentencepiece_model_pb2.ModelProto.SentencePiece.UNUSED
    return proto.SerializeToString()


def sentencepiece_models(path):
    common = dict(character_coverage=0.98)
    yield "sentencepiece_llama", sentencepiece_model(
        path, model_type="bpe", vocab_size=400, byte_fallback=True, remove_extra_whitespaces=False,
        user_defined_symbols=["<mask>", "mill "], split_digits=True, **common)
    yield "sentencepiece_bpe_rules", sentencepiece_model(
        path, model_type="bpe", vocab_size=160, rules=True, unused=("▁the", "an", "er"), **common)
    yield "sentencepiece_unigram", sentencepiece_model(
        path, model_type="unigram", vocab_size=130, rules=True, user_defined_symbols=["<mask>", "keep"],
        unused=("an", "▁the"), **common)
    yield "sentencepiece_suffix", sentencepiece_model(
        path, model_type="unigram", vocab_size=400, byte_fallback=True, add_dummy_prefix=True,
        treat_whitespace_as_suffix=True, **common)
    yield "sentencepiece_bare", sentencepiece_model(
        path, model_type="unigram", vocab_size=130, add_dummy_prefix=False,
        remove_extra_whitespaces=False, **common)


def byte_alphabet():
    """GPT-2's printable character for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    names, extra = {}, 0
    for byte in range(256):
        names[byte] = chr(byte) if byte in printable else chr(256 + extra)
        extra += byte not in printable
    return names


def transformers_folder(path, name, klass, config):
    """vocab.json and merges.txt with what transformers makes of them."""
    import transformers
    folder = path / name
    folder.mkdir(parents=True, exist_ok=True)
    trained = byte_level(pre.ByteLevel(add_prefix_space=False), special=config.pop("special"))
    model = json.loads(trained.to_str())["model"]
    write(folder / "vocab.json", model["vocab"])
    lines = [" ".join(m) if isinstance(m, list) else m for m in model["merges"]]
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return getattr(transformers, klass).from_pretrained(folder)


def expected_of(tokenizer, samples):
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in samples]
    return {"ids": ids, "framed": tokenizer("river")["input_ids"],
            "decoded": [tokenizer.decode(i, skip_special_tokens=True,
                                         clean_up_tokenization_spaces=False) for i in ids]}


def make_vocabularies(path, samples):
    end = "<|endoftext|>"
    gpt2 = transformers_folder(path, "vocabulary_gpt2", "GPT2Tokenizer", dict(
        tokenizer_class="GPT2Tokenizer", special=[end], bos_token=end, eos_token=end,
        unk_token=end))
    write(path / "vocabulary_gpt2" / "expected.json", expected_of(gpt2, samples))
    qwen = transformers_folder(path, "vocabulary_qwen2", "Qwen2Tokenizer", dict(
        tokenizer_class="Qwen2Tokenizer", special=[end], eos_token=end, unk_token=None,
        pad_token=end))
    write(path / "vocabulary_qwen2" / "expected.json", expected_of(qwen, samples))


def make_tiktoken(path, samples):
    """Files as tiktoken reads them, and what it makes of them."""
    import tiktoken
    names = {character: byte for byte, character in byte_alphabet().items()}
    trained = byte_level(pre.ByteLevel(add_prefix_space=False), special=[])
    vocabulary = sorted(json.loads(trained.to_str())["model"]["vocab"].items(), key=lambda e: e[1])
    # Ranks are ids: bytes in any order, then pieces in the order in which they were merged.
    ranks = {bytes(names[c] for c in piece): rank for rank, (piece, _) in enumerate(vocabulary)}
    llama = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
             r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
    reserved = [f"<|reserved_special_token_{i}|>" for i in range(251)]
    llama_special = (["<|begin_of_text|>", "<|end_of_text|>"] + reserved[:4]
                     + ["<|start_header_id|>", "<|end_header_id|>", reserved[4], "<|eot_id|>"]
                     + reserved[5:])
    qwen = llama.replace(r"\p{N}{1,3}", r"\p{N}")
    qwen_special = (["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
                    + [f"<|extra_{i}|>" for i in range(205)])
    for name, file, pattern, special, start, form in (
            ("tiktoken_llama3", "tokenizer.model", llama, llama_special, [len(ranks)], None),
            ("tiktoken_qwen", "qwen.tiktoken", qwen, qwen_special, [], "NFC")):
        folder = path / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(b"".join(
            base64.b64encode(piece) + b" " + str(rank).encode() + b"\n"
            for piece, rank in ranks.items()))
        encoding = tiktoken.Encoding(
            name, pat_str=pattern, mergeable_ranks=ranks,
            special_tokens={token: len(ranks) + i for i, token in enumerate(special)})
        shaped = [unicodedata.normalize(form, text) if form else text for text in samples]
        ids = [encoding.encode(text, allowed_special="all") for text in shaped]
        write(folder / "expected.json", {
            "ids": ids, "framed": start + encoding.encode("river"),
            "decoded": [encoding.decode(i) for i in ids]})


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=True, separators=(",", ":")) + "\n")


def make(folder, only=()):
    samples = texts()
    write(folder / "texts.json", samples)
    from sentencepiece import sentencepiece_model_pb2
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(sentencepiece_model(folder, model_type="unigram", vocab_size=130,
                                              rules=True, character_coverage=0.98))
    characters = proto.normalizer_spec.precompiled_charsmap
    for name, tokenizer in [*tokenizers(), *later_tokenizers(characters)]:
        if only and name not in only:
            continue
        path = folder / name
        write(path / "tokenizer.json", json.loads(tokenizer.to_str()))
        ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in samples]
        framed = tokenizer.encode("river", add_special_tokens=True).ids
        # Version 0.23 decodes a normalized token to its normalized form and then takes a special one
        # for an ordinary one; versions before wrote it as it is. Such texts are left out.
        disputed = {i for i, t in tokenizer.get_added_tokens_decoder().items()
                    if t.normalized and tokenizer.normalizer}
        decoded = [None if disputed & set(i) else tokenizer.decode(i, skip_special_tokens=True)
                   for i in ids]
        write(path / "expected.json", {"ids": ids, "framed": framed, "decoded": decoded})
    if not only or "vocabularies" in only:
        make_vocabularies(folder, samples)
    if not only or "tiktoken" in only:
        make_tiktoken(folder, samples)
    for name, model in sentencepiece_models(folder):
        if only and name not in only:
            continue
        path = folder / name
        path.mkdir(exist_ok=True)
        (path / "tokenizer.model").write_bytes(model)
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        ids = [processor.encode(text) for text in samples]
        write(path / "expected.json", {
            "ids": ids, "framed": [processor.bos_id()] + processor.encode("river"),
            "decoded": [processor.decode(i) for i in ids]})


def fnv1a(ids):
    value = 0xCBF29CE484222325
    for i in ids:
        for byte in int(i).to_bytes(4, "little"):
            value = ((value ^ byte) * 0x100000001B3) % 2**64
    return value


def measure(directory, names):
    for name in names:
        if name.endswith(".json"):
            tokenizer = Tokenizer.from_file(name)
            encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
        else:
            encode = sentencepiece.SentencePieceProcessor(model_file=name).encode
        for path in sorted(pathlib.Path(directory).iterdir()):
            ids = encode(path.read_bytes().decode())
            print(f'{{"{name}", "{path.name}", {len(ids)}, 0x{fnv1a(ids):016X}}},')


if __name__ == "__main__":
    if sys.argv[1] == "--texts":
        measure(sys.argv[2], sys.argv[3:])
    else:
        make(pathlib.Path(sys.argv[1]), sys.argv[2:])
