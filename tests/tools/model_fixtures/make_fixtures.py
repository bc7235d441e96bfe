#!/usr/bin/env python3
"""Makes the tiny random checkpoints of tests/data/models and what they must compute.

    python make_fixtures.py [--output ../../data/models] [--only NAME ...]

Needs PyPI's torch, transformers and safetensors. Every fixture names the major version of
transformers that writes its config.json, because 4 and 5 write different keys (see README.md);
fixtures of another major version than the one installed are left as they are and only checked:
their expected values must come out of the installed version too.

expected.safetensors holds, all in f32 except ids:
    ids        i64 [examples, tokens]
    logits     [examples, tokens, vocabulary]
    hidden.0   [examples, tokens, hidden]   the embedding, input of block 0
    hidden.l   [examples, tokens, hidden]   output of block l - 1; the last one before the final norm
    normed     [examples, tokens, hidden]   after the final norm
    site.NAME.l                             sites of block l, where a fixture asks for them
A fixture may have further runs of other lengths: "short.ids", "short.logits", ...
"""

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file

MAJOR = int(transformers.__version__.split(".")[0])
TOLERANCE = 2e-5  # f32, of the largest magnitude; the two versions order some operations otherwise


@dataclass
class Fixture:
    name: str
    family: str
    config: dict
    major: int = 4
    dtype: torch.dtype = torch.float32
    shard: str | None = None
    examples: int = 2
    tokens: int = 12
    short: int | None = None  # length of a second run
    site_layers: tuple = ()
    seed: int = field(default=0)


BASE = dict(
    hidden_size=32, intermediate_size=44, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, vocab_size=64, max_position_embeddings=64, rms_norm_eps=1e-5,
    bos_token_id=1, eos_token_id=2, tie_word_embeddings=False,
)
# Heads of 16 give eight frequencies, enough to meet every branch of a scaling.
ROPE = BASE | dict(intermediate_size=20, head_dim=16, tie_word_embeddings=True)


def rope(major, **scaling):
    """One rope configuration in the style of a major version."""
    theta = scaling.pop("rope_theta", 10000.0)
    if major == 4:
        return dict(rope_theta=theta, rope_scaling=scaling)
    return dict(rope_parameters=dict(rope_theta=theta, **scaling))


YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16)
# A small base puts the ramp's bounds in the middle of the eight frequencies, off whole numbers.
YARN_RAMP = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=64,
                 rope_theta=100.0)

FIXTURES = [
    Fixture("llama_plain", "llama", BASE, site_layers=(0, 1), examples=1, tokens=10),
    Fixture("llama_tied", "llama", BASE | dict(tie_word_embeddings=True, num_hidden_layers=3,
                                               intermediate_size=20)),
    Fixture("llama_bias", "llama", BASE | dict(attention_bias=True, mlp_bias=True)),
    Fixture("llama_bf16", "llama", BASE, dtype=torch.bfloat16),
    Fixture("llama_f16", "llama", BASE, dtype=torch.float16),
    Fixture("llama_sharded", "llama", BASE, shard="24KB"),
    Fixture("llama_rope_linear", "llama", ROPE | rope(4, rope_type="linear", factor=4.0),
            examples=1, tokens=24),
    Fixture("llama_rope_dynamic", "llama",
            ROPE | dict(max_position_embeddings=16) | rope(4, rope_type="dynamic", factor=2.0),
            examples=1, tokens=24, short=12),
    Fixture("llama_rope_llama3", "llama",
            ROPE | rope(4, rope_type="llama3", factor=8.0, low_freq_factor=1.0,
                        high_freq_factor=4.0, original_max_position_embeddings=64,
                        rope_theta=50000.0),
            examples=1, tokens=24),
    Fixture("llama_rope_yarn", "llama", ROPE | rope(4, **YARN), examples=1, tokens=24),
    Fixture("llama_rope_yarn_mscale", "llama",
            ROPE | rope(4, **YARN_RAMP, mscale=1.3, mscale_all_dim=0.6, beta_fast=4.0, beta_slow=0.25),
            examples=1, tokens=24),
    Fixture("llama_rope_yarn_untruncated", "llama",
            ROPE | rope(4, **YARN_RAMP, truncate=False, attention_factor=1.2, beta_fast=2.0,
                        beta_slow=0.5),
            examples=1, tokens=24),
    Fixture("mistral_sliding", "mistral",
            BASE | dict(sliding_window=7, head_dim=16, intermediate_size=20),
            examples=1, tokens=16, site_layers=(1,)),
    Fixture("qwen2", "qwen2", BASE, site_layers=(1,), examples=1),
    Fixture("qwen2_sliding", "qwen2",
            BASE | dict(use_sliding_window=True, sliding_window=6, max_window_layers=1),
            examples=1),
    Fixture("qwen3", "qwen3", BASE | dict(head_dim=16, rope_theta=1000000.0, intermediate_size=20),
            site_layers=(1,), examples=1),
    Fixture("llama_rope_parameters", "llama", BASE | dict(rope_parameters=dict(
        rope_type="default", rope_theta=500.0)), major=5),
    Fixture("llama_rope_parameters_yarn", "llama", ROPE | rope(5, **YARN), major=5,
            examples=1, tokens=24),
    Fixture("llama_rope_parameters_llama3", "llama",
            ROPE | rope(5, rope_type="llama3", factor=8.0, low_freq_factor=1.0,
                        high_freq_factor=4.0, original_max_position_embeddings=64,
                        rope_theta=50000.0), major=5, examples=1, tokens=24),
    Fixture("qwen3_rope_parameters", "qwen3",
            BASE | dict(head_dim=16, intermediate_size=20,
                        rope_parameters=dict(rope_type="default", rope_theta=1000000.0)),
            major=5),
]

CLASSES = {
    "llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM),
    "mistral": (transformers.MistralConfig, transformers.MistralForCausalLM),
    "qwen2": (transformers.Qwen2Config, transformers.Qwen2ForCausalLM),
    "qwen3": (transformers.Qwen3Config, transformers.Qwen3ForCausalLM),
}


def randomise(model, generator):
    """Weights large enough that attention is far from uniform; norms and biases far from trivial."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "norm" in name:
                parameter.copy_(1 + 0.4 * noise)
            elif name.endswith("bias"):
                parameter.copy_(0.5 * noise)
            elif "embed" in name or "lm_head" in name:
                parameter.copy_(0.6 * noise)
            else:
                parameter.copy_(noise * 1.6 / parameter.shape[1] ** 0.5)


def capture(model, ids, site_layers, prefix=""):
    """One forward pass and what was seen in it, by name."""
    seen = {}

    def keep(name, pick=lambda value: value):
        def hook(module, inputs, output):
            value = output[0] if isinstance(output, tuple) else output
            seen[prefix + name] = pick(value).detach().float().clone().contiguous()
        return hook

    def keep_input(name):
        def hook(module, inputs):
            seen[prefix + name] = inputs[0].detach().float().clone().contiguous()
        return hook

    hooks = [model.model.norm.register_forward_hook(keep("normed"))]
    for index, layer in enumerate(model.model.layers):
        hooks.append(layer.register_forward_hook(keep(f"hidden.{index + 1}")))
        if index == 0:
            hooks.append(layer.input_layernorm.register_forward_pre_hook(keep_input("hidden.0")))
        if index not in site_layers:
            continue
        attention, mlp = layer.self_attn, layer.mlp
        for site, module in (("ln1", layer.input_layernorm), ("q", attention.q_proj),
                             ("k", attention.k_proj), ("v", attention.v_proj),
                             ("attn_out", attention), ("ln2", layer.post_attention_layernorm),
                             ("gate", mlp.act_fn), ("up", mlp.up_proj), ("down", mlp)):
            hooks.append(module.register_forward_hook(keep(f"site.{site}.{index}")))
        for site, module in (("o_input", attention.o_proj), ("down_input", mlp.down_proj),
                             ("resid_mid", layer.post_attention_layernorm)):
            hooks.append(module.register_forward_pre_hook(keep_input(f"site.{site}.{index}")))
    with torch.no_grad():
        logits = model(input_ids=ids, use_cache=False).logits
    for hook in hooks:
        hook.remove()
    seen[prefix + "logits"] = logits.float().contiguous()
    seen[prefix + "ids"] = ids
    return seen


def compute(folder, fixture, ids_of):
    """Loads a stored checkpoint in f32 and runs it, as a user's program would."""
    _, model_class = CLASSES[fixture.family]
    key = "dtype" if MAJOR >= 5 else "torch_dtype"
    expected = {}
    for prefix, ids in ids_of.items():
        model = model_class.from_pretrained(folder, attn_implementation="eager",
                                            **{key: torch.float32}).eval()
        expected |= capture(model, ids, fixture.site_layers if prefix == "" else (), prefix)
    return expected


def make(folder, fixture):
    config_class, model_class = CLASSES[fixture.family]
    generator = torch.Generator().manual_seed(1000 + FIXTURES.index(fixture))
    config = config_class(**fixture.config)
    model = model_class(config).eval()
    randomise(model, generator)
    model.to(fixture.dtype)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    sharding = {"max_shard_size": fixture.shard} if fixture.shard else {}
    model.save_pretrained(folder, safe_serialization=True, **sharding)
    (folder / "generation_config.json").unlink(missing_ok=True)
    ids_of = {"": torch.randint(3, 64, (fixture.examples, fixture.tokens), generator=generator)}
    if fixture.short:
        ids_of["short."] = torch.randint(3, 64, (fixture.examples, fixture.short),
                                         generator=generator)
    expected = compute(folder, fixture, ids_of)
    save_file(expected, str(folder / "expected.safetensors"),
              metadata={"transformers": transformers.__version__, "torch": torch.__version__})


def check(folder, fixture):
    """Largest deviation of a fresh run from the stored values, relative to each tensor's peak."""
    stored = load_file(folder / "expected.safetensors")
    ids_of = {name[: -len("ids")]: ids for name, ids in stored.items() if name.endswith("ids")}
    fresh = compute(folder, fixture, ids_of)
    if fresh.keys() != stored.keys():
        sys.exit(f"{folder}: other names: {sorted(fresh.keys() ^ stored.keys())}")
    return max(((fresh[name] - stored[name]).abs().max() / stored[name].abs().max()).item()
               for name in stored if not name.endswith("ids"))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path,
                        default=Path(__file__).resolve().parents[2] / "data" / "models")
    parser.add_argument("--only", nargs="*", default=None)
    parser.add_argument("--check", action="store_true", help="write nothing, compare alone")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    worst = 0.0
    for fixture in FIXTURES:
        if options.only and fixture.name not in options.only:
            continue
        folder = options.output / fixture.name
        if fixture.major == MAJOR and not options.check:
            make(folder, fixture)
            keys = sorted(json.loads((folder / "config.json").read_text()))
            print(f"{fixture.name}: made, keys {' '.join(keys)}")
        elif not folder.exists() or fixture.major > MAJOR:
            # An older version does not know the newer keys: it ignores them in silence.
            print(f"{fixture.name}: needs transformers {fixture.major}, have {MAJOR}")
            continue
        deviation = check(folder, fixture)
        worst = max(worst, deviation)
        print(f"{fixture.name}: deviation {deviation:.1e} under transformers "
              f"{transformers.__version__}")
    if not worst <= TOLERANCE:
        sys.exit(f"the stored values are not what this version computes: {worst:.1e}")


if __name__ == "__main__":
    main()
