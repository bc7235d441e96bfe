"""A Llama forward pass written out plainly, with every site readable and replaceable."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file

SITES = ("resid_pre", "ln1", "q", "k", "v", "o_input", "attn_out", "resid_mid", "ln2", "gate", "up",
         "down_input", "down", "resid_post")
MODULES = {"q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj",
           "o": "self_attn.o_proj", "gate": "mlp.gate_proj", "up": "mlp.up_proj",
           "down": "mlp.down_proj"}


class Sites:
    """Keeps what it is asked to keep and puts in what it is given.

    `replace` maps (site, layer) to a tensor. The site "gate_input" replaces what W_gate alone
    reads, "ln2" what W_gate and W_up read.
    """

    def __init__(self, keep=False, replace=None):
        self.keep = keep
        self.values = {}
        self.replace = replace or {}

    def at(self, site, layer, value):
        value = self.replace.get((site, layer), value)
        if self.keep:
            self.values[site, layer] = value
        return value


class Model:
    """Weights by their names in the checkpoint; `dtype` is the precision of all arithmetic."""

    def __init__(self, folder, dtype=torch.float64):
        config = json.loads((Path(folder) / "config.json").read_text())
        self.layers = config["num_hidden_layers"]
        self.heads = config["num_attention_heads"]
        self.key_value_heads = config["num_key_value_heads"]
        self.head_dimension = config.get("head_dim") or config["hidden_size"] // self.heads
        self.epsilon = config["rms_norm_eps"]
        self.theta = config["rope_theta"]
        self.dtype = dtype
        self.stored = {}
        for file in sorted(Path(folder).glob("model*.safetensors")):
            self.stored |= load_file(file)
        self.weights = {name: tensor.to(dtype) for name, tensor in self.stored.items()}
        tied = config.get("tie_word_embeddings", False)
        self.output = self.weights["model.embed_tokens.weight" if tied else "lm_head.weight"]

    def with_weights(self, replaced):
        """A model that differs in the given matrices, {(layer, module): tensor}."""
        other = object.__new__(Model)
        other.__dict__.update(self.__dict__)
        other.weights = dict(self.weights)
        for (layer, module), tensor in replaced.items():
            other.weights[self.name(layer, module)] = tensor.to(self.dtype)
        return other

    @staticmethod
    def name(layer, module):
        return f"model.layers.{layer}.{MODULES[module]}.weight"

    def matrix(self, layer, module):
        return self.weights[self.name(layer, module)]

    def norm(self, x, name):
        gamma = self.weights[name]
        return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * gamma

    def rotate(self, x):
        """x [examples, heads, tokens, dimension]; halves are paired, as in Hugging Face's layout."""
        tokens, half = x.shape[-2], x.shape[-1] // 2
        exponents = torch.arange(half, dtype=torch.float64) / half
        angles = torch.arange(tokens, dtype=torch.float64)[:, None] / self.theta ** exponents
        cosine, sine = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        first, second = x[..., :half], x[..., half:]
        return torch.cat((first * cosine - second * sine, second * cosine + first * sine), -1)

    def block(self, z, layer, sites):
        prefix = f"model.layers.{layer}."
        examples, tokens, _ = z.shape

        def split(value):
            return value.view(examples, tokens, -1, self.head_dimension).transpose(1, 2)

        def linear(value, module):
            return value @ self.matrix(layer, module).T

        z = sites.at("resid_pre", layer, z)
        h = sites.at("ln1", layer, self.norm(z, prefix + "input_layernorm.weight"))
        q = self.rotate(split(sites.at("q", layer, linear(h, "q"))))
        k = self.rotate(split(sites.at("k", layer, linear(h, "k"))))
        v = split(sites.at("v", layer, linear(h, "v")))
        repeat = self.heads // self.key_value_heads
        k, v = k.repeat_interleave(repeat, 1), v.repeat_interleave(repeat, 1)
        scores = q @ k.transpose(-1, -2) / self.head_dimension ** 0.5
        future = torch.ones(tokens, tokens, dtype=torch.bool).triu(1)
        mixed = scores.masked_fill(future, float("-inf")).softmax(-1) @ v
        mixed = sites.at("o_input", layer, mixed.transpose(1, 2).reshape(examples, tokens, -1))
        r = z + sites.at("attn_out", layer, linear(mixed, "o"))
        r = sites.at("resid_mid", layer, r)
        h = sites.at("ln2", layer, self.norm(r, prefix + "post_attention_layernorm.weight"))
        before = linear(sites.at("gate_input", layer, h), "gate")
        gate = sites.at("gate", layer, before * torch.sigmoid(before))
        up = sites.at("up", layer, linear(h, "up"))
        product = sites.at("down_input", layer, gate * up)
        return sites.at("resid_post", layer, r + sites.at("down", layer, linear(product, "down")))

    def embed(self, ids):
        return self.weights["model.embed_tokens.weight"][ids]

    def hidden(self, ids, sites=None):
        return self.hidden_from(self.embed(ids), 0, sites or Sites())

    def hidden_from(self, z, first, sites):
        """The blocks from `first` on, z being that block's input."""
        for layer in range(first, self.layers):
            z = self.block(z, layer, sites)
        return z

    def log_probabilities(self, state):
        """φ, then U, then log softmax."""
        return (self.norm(state, "model.norm.weight") @ self.output.T).log_softmax(-1)

    def nll(self, state, ids):
        """Per predicted token, [examples, T]."""
        return token_nll(self.log_probabilities(state[:, :-1]), ids)


def token_nll(log_probabilities, ids):
    return -log_probabilities.gather(-1, ids[:, 1:, None]).squeeze(-1)
