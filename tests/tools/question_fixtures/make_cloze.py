#!/usr/bin/env python3
"""Makes questions of a text: the last word of a sentence is asked for.

    python make_cloze.py TEXT.jsonl -o QUESTIONS.jsonl [--count 200] [--seed 0]

A record has the beginning of a sentence (question), its last word (answers), how often that word
stands in the text (popularity), and four words of the text as choices, the right one among them
(choices, gold). No package is needed.
"""

import argparse
import collections
import json
import random
import re
from pathlib import Path


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("text", type=Path)
    arguments.add_argument("-o", "--output", type=Path, required=True)
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=0)
    arguments = arguments.parse_args()

    lines = arguments.text.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines if line.strip()]
    counts = collections.Counter(word for text in texts for word in re.findall(r"[A-Za-z]+", text))
    sentences = sorted({match for text in texts
                        for match in re.findall(r"[A-Z][A-Za-z ,']{20,90} [A-Za-z]+(?=\.)", text)})
    draw = random.Random(arguments.seed)
    draw.shuffle(sentences)
    words = sorted(word for word in counts if len(word) > 2)
    with arguments.output.open("w", encoding="utf-8") as out:
        for sentence in sentences[:arguments.count]:
            question, answer = sentence.rsplit(" ", 1)
            choices = draw.sample([word for word in words if word != answer], 3) + [answer]
            draw.shuffle(choices)
            record = dict(question=question, answers=[answer], popularity=counts[answer],
                          choices=choices, gold=choices.index(answer))
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
