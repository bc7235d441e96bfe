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
    normed     [examples, tokens, hidden]   what the output matrix reads, after the final norm
    site.NAME.l                             sites of block l, where a fixture asks for them
    routed.E.l i64 [tokens]                 tokens that reach expert E of block l, where it has any
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
NEWER = BASE | dict(pad_token_id=0)
LAYER_NORM = {key: value for key, value in NEWER.items() if key != "rms_norm_eps"}
NEOX = {key: value for key, value in LAYER_NORM.items() if key != "num_key_value_heads"}
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
    Fixture("opt", "opt", dict(
        hidden_size=32, ffn_dim=44, num_hidden_layers=2, num_attention_heads=4, vocab_size=64,
        max_position_embeddings=40, word_embed_proj_dim=32), major=5, site_layers=(1,)),
    # As the 350M alone is: norms on the residual stream, a narrower embedding, no final norm.
    Fixture("opt_post_norm", "opt", dict(
        hidden_size=32, ffn_dim=44, num_hidden_layers=2, num_attention_heads=4, vocab_size=64,
        max_position_embeddings=40, word_embed_proj_dim=16, do_layer_norm_before=False),
        major=5, site_layers=(1,)),
    Fixture("gpt2", "gpt2", dict(n_embd=32, n_layer=2, n_head=4, n_positions=40, vocab_size=64,
                                 n_inner=44), major=5, site_layers=(1,)),
    Fixture("gpt_neox", "gpt_neox", NEOX | dict(
        hidden_size=64, rope_parameters=dict(rope_type="default", rope_theta=10000.0,
                                             partial_rotary_factor=0.25)),
        major=5, site_layers=(1,)),
    Fixture("gpt_neox_sequential", "gpt_neox", NEOX | dict(
        hidden_size=64, use_parallel_residual=False, attention_bias=False,
        rope_parameters=dict(rope_type="default", rope_theta=500.0, partial_rotary_factor=0.5)),
        major=5, examples=1),
    Fixture("phi3", "phi3", NEWER | dict(sliding_window=7, rope_parameters=dict(
        rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5)),
        major=5, site_layers=(1,)),
    Fixture("phi3_longrope", "phi3", NEWER | dict(
        max_position_embeddings=64, original_max_position_embeddings=16, rope_parameters=dict(
            rope_type="longrope", rope_theta=10000.0, partial_rotary_factor=1.0,
            short_factor=[1.0, 1.1, 1.4, 2.0], long_factor=[1.5, 2.5, 5.0, 9.0])),
        major=5, examples=1, tokens=24, short=12),
    Fixture("gemma", "gemma", NEWER | dict(head_dim=16), major=5, site_layers=(1,)),
    Fixture("gemma2", "gemma2", NEWER | dict(
        head_dim=16, query_pre_attn_scalar=24, sliding_window=6, attn_logit_softcapping=3.0,
        final_logit_softcapping=10.0), major=5, site_layers=(0, 1)),
    Fixture("gemma3", "gemma3", NEWER | dict(
        head_dim=16, query_pre_attn_scalar=24, sliding_window=6, num_hidden_layers=3,
        layer_types=["sliding_attention", "sliding_attention", "full_attention"],
        rope_parameters=dict(
            full_attention=dict(rope_type="linear", factor=8.0, rope_theta=100000.0),
            sliding_attention=dict(rope_type="default", rope_theta=500.0))),
        major=5, site_layers=(2,)),
    Fixture("olmo2", "olmo2", NEWER, major=5, site_layers=(1,)),
    Fixture("cohere", "cohere", LAYER_NORM | dict(logit_scale=0.25, tie_word_embeddings=True),
            major=5, site_layers=(1,)),
    Fixture("cohere_head_norms", "cohere", LAYER_NORM | dict(
        use_qk_norm=True, attention_bias=True, tie_word_embeddings=True), major=5, examples=1),
    Fixture("mixtral", "mixtral", NEWER | dict(
        intermediate_size=20, num_local_experts=4, num_experts_per_tok=2), major=5,
        site_layers=(1,)),
    Fixture("qwen2_moe", "qwen2_moe", NEWER | dict(
        num_hidden_layers=3, mlp_only_layers=[1], moe_intermediate_size=20,
        shared_expert_intermediate_size=28, num_experts=6, num_experts_per_tok=2), major=5,
        site_layers=(0, 1)),
    Fixture("qwen2_moe_normalised", "qwen2_moe", NEWER | dict(
        moe_intermediate_size=12, shared_expert_intermediate_size=12, num_experts=5,
        num_experts_per_tok=3, norm_topk_prob=True), major=5, examples=1),
]

CLASSES = {
    "llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM),
    "mistral": (transformers.MistralConfig, transformers.MistralForCausalLM),
    "qwen2": (transformers.Qwen2Config, transformers.Qwen2ForCausalLM),
    "qwen3": (transformers.Qwen3Config, transformers.Qwen3ForCausalLM),
    "opt": (transformers.OPTConfig, transformers.OPTForCausalLM),
    "gpt2": (transformers.GPT2Config, transformers.GPT2LMHeadModel),
    "gpt_neox": (transformers.GPTNeoXConfig, transformers.GPTNeoXForCausalLM),
    "phi3": (transformers.Phi3Config, transformers.Phi3ForCausalLM),
    "gemma": (transformers.GemmaConfig, transformers.GemmaForCausalLM),
    "gemma2": (transformers.Gemma2Config, transformers.Gemma2ForCausalLM),
    "gemma3": (transformers.Gemma3TextConfig, transformers.Gemma3ForCausalLM),
    "olmo2": (transformers.Olmo2Config, transformers.Olmo2ForCausalLM),
    "cohere": (transformers.CohereConfig, transformers.CohereForCausalLM),
    "mixtral": (transformers.MixtralConfig, transformers.MixtralForCausalLM),
    "qwen2_moe": (transformers.Qwen2MoeConfig, transformers.Qwen2MoeForCausalLM),
}

LAYERS = {"opt": "model.decoder.layers", "gpt2": "transformer.h", "gpt_neox": "gpt_neox.layers"}

# Where a block's sites are seen, by family: the module and whether its input or its output is it.
LLAMA_SITES = dict(
    ln1=("input_layernorm", "out"), q=("self_attn.q_proj", "out"), k=("self_attn.k_proj", "out"),
    v=("self_attn.v_proj", "out"), o_input=("self_attn.o_proj", "in"),
    attn_out=("self_attn.o_proj", "out"), resid_mid=("post_attention_layernorm", "in"),
    ln2=("post_attention_layernorm", "out"), gate=("mlp.act_fn", "out"), up=("mlp.up_proj", "out"),
    down_input=("mlp.down_proj", "in"), down=("mlp.down_proj", "out"))
ATTENTION_SITES = dict(
    ln1=("self_attn.q_proj", "in"), q=("self_attn.q_proj", "out"), k=("self_attn.k_proj", "out"),
    v=("self_attn.v_proj", "out"), o_input=("self_attn.o_proj", "in"),
    attn_out=("self_attn.o_proj", "out"))
MLP_SITES = dict(
    ln2=("mlp.up_proj", "in"), gate=("mlp.act_fn", "out"), up=("mlp.up_proj", "out"),
    down_input=("mlp.down_proj", "in"), down=("mlp.down_proj", "out"))
SITES = {
    "opt": dict(ln1=("self_attn.q_proj", "in"), q=("self_attn.q_proj", "out"),
                k=("self_attn.k_proj", "out"), v=("self_attn.v_proj", "out"),
                o_input=("self_attn.out_proj", "in"), attn_out=("self_attn.out_proj", "out"),
                ln2=("fc1", "in"), up=("fc1", "out"), down_input=("fc2", "in"),
                down=("fc2", "out")),
    "gpt2": dict(ln1=("attn.c_attn", "in"), o_input=("attn.c_proj", "in"),
                 attn_out=("attn.c_proj", "out"), resid_mid=("ln_2", "in"),
                 ln2=("mlp.c_fc", "in"), up=("mlp.c_fc", "out"), down_input=("mlp.c_proj", "in"),
                 down=("mlp.c_proj", "out")),
    "gpt_neox": dict(ln1=("attention.query_key_value", "in"), o_input=("attention.dense", "in"),
                     attn_out=("attention.dense", "out"), ln2=("mlp.dense_h_to_4h", "in"),
                     up=("mlp.dense_h_to_4h", "out"), down_input=("mlp.dense_4h_to_h", "in"),
                     down=("mlp.dense_4h_to_h", "out")),
    "phi3": dict(ln1=("self_attn.qkv_proj", "in"), o_input=("self_attn.o_proj", "in"),
                 attn_out=("self_attn.o_proj", "out"), resid_mid=("post_attention_layernorm", "in"),
                 ln2=("mlp.gate_up_proj", "in"), down_input=("mlp.down_proj", "in"),
                 down=("mlp.down_proj", "out")),
    "gemma2": ATTENTION_SITES | MLP_SITES | dict(resid_mid=("pre_feedforward_layernorm", "in")),
    "gemma3": ATTENTION_SITES | MLP_SITES | dict(resid_mid=("pre_feedforward_layernorm", "in")),
    "olmo2": ATTENTION_SITES | MLP_SITES,
    "cohere": ATTENTION_SITES | MLP_SITES,
    "mixtral": ATTENTION_SITES | dict(resid_mid=("post_attention_layernorm", "in"),
                                      ln2=("post_attention_layernorm", "out"),
                                      down=("mlp", "out")),
    "qwen2_moe": ATTENTION_SITES | dict(resid_mid=("post_attention_layernorm", "in"),
                                        ln2=("post_attention_layernorm", "out"),
                                        down=("mlp", "out")),
}


def find(root, path):
    for name in path.split("."):
        root = root[int(name)] if name.isdigit() else getattr(root, name)
    return root


def randomise(model, generator, norms_about):
    """Weights large enough that attention is far from uniform; norms and biases far from trivial."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("bias"):
                parameter.copy_(0.5 * noise)
            elif "norm" in name or ".ln_" in name:
                parameter.copy_(norms_about + 0.4 * noise)
            elif any(part in name for part in ("embed", "lm_head", "wte", "wpe")):
                parameter.copy_(0.6 * noise)
            else:
                parameter.copy_(noise * 1.6 / parameter.shape[-1] ** 0.5)


def capture(model, family, ids, site_layers, prefix=""):
    """One forward pass and what was seen in it, by name."""
    seen = {}

    def put(name, value):
        seen[prefix + name] = value.detach().float().clone().contiguous()

    def keep(name):
        def hook(module, inputs, output):
            put(name, output[0] if isinstance(output, tuple) else output)
        return hook

    def keep_input(name):
        def hook(module, inputs, named):
            put(name, inputs[0] if inputs else named["hidden_states"])
        return hook

    def keep_routes(layer):
        def hook(module, inputs, output):
            chosen = output[2]  # [examples * tokens, experts a token]
            for expert in range(model.config.num_experts
                                if hasattr(model.config, "num_experts")
                                else model.config.num_local_experts):
                rows = (chosen == expert).any(dim=1).nonzero()[:, 0]
                if len(rows):
                    seen[f"{prefix}routed.{expert}.{layer}"] = rows.clone()
        return hook

    hooks = [model.get_output_embeddings().register_forward_pre_hook(keep_input("normed"),
                                                                     with_kwargs=True)]
    for index, layer in enumerate(find(model, LAYERS.get(family, "model.layers"))):
        hooks.append(layer.register_forward_hook(keep(f"hidden.{index + 1}")))
        if index == 0:
            hooks.append(layer.register_forward_pre_hook(keep_input("hidden.0"), with_kwargs=True))
        if index not in site_layers:
            continue
        for site, (path, side) in SITES.get(family, LLAMA_SITES).items():
            module = find(layer, path)
            hooks.append(module.register_forward_hook(keep(f"site.{site}.{index}"))
                         if side == "out" else
                         module.register_forward_pre_hook(keep_input(f"site.{site}.{index}"),
                                                          with_kwargs=True))
        if hasattr(layer.mlp if hasattr(layer, "mlp") else None, "experts"):
            hooks.append(layer.mlp.gate.register_forward_hook(keep_routes(index)))
    with torch.no_grad():
        logits = model(input_ids=ids, use_cache=False).logits
    for hook in hooks:
        hook.remove()
    # Sites of a few rows that modules see flat stand as the others do.
    for name, value in seen.items():
        if name.startswith(prefix + "site.") and value.dim() == 2:
            seen[name] = value.view(*ids.shape, -1)
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
        expected |= capture(model, fixture.family, ids,
                            fixture.site_layers if prefix == "" else (), prefix)
    return expected


def make(folder, fixture):
    config_class, model_class = CLASSES[fixture.family]
    generator = torch.Generator().manual_seed(1000 + FIXTURES.index(fixture))
    config = config_class(**fixture.config)
    model = model_class(config).eval()
    randomise(model, generator, 0.0 if fixture.family.startswith("gemma") else 1.0)
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
               for name in stored if stored[name].is_floating_point())


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
