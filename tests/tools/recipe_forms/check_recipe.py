"""Reads the forms of a recipe that `quantscope-cli recipe` wrote with the programs they are for.

    check_recipe.py MODEL RECIPE.json GPTQMODEL.json LLMCOMPRESSOR.yaml LLAMACPP.txt

Every matrix that the recipe quantizes must be meant by exactly one entry of each form, with the bits
and the group of its method, and what it leaves (`none`) must be left. compressed-tensors and gguf come from PyPI; gptqmodel is tried where it
is installed, and its rule (`dynamic`: the first pattern that matches) is applied by hand where not.
"""

import json
import re
import sys

import torch
import yaml
from compressed_tensors.quantization import QuantizationConfig
from gguf import GGMLQuantizationType, get_tensor_name_map, MODEL_ARCH
from transformers import AutoConfig, AutoModelForCausalLM

PLACES = {"q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.o_proj",
          "gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj"}
DEFAULTS = {"bits": "4", "group": "128"}
LLAMA_TYPES = {2: "Q2_K", 3: "Q3_K", 4: "Q4_K", 5: "Q5_K", 6: "Q6_K", 7: "Q8_0", 8: "Q8_0"}


def expected(recipe):
    """Bits and group of every matrix by its name in the model; None where it is left."""
    methods = []
    for text in recipe["candidates"]:
        if text.startswith("none"):
            methods.append(None)
            continue
        options = dict(DEFAULTS)
        options.update(item.split("=") for item in text.partition(":")[2].split(",") if item)
        methods.append((int(options["bits"]), int(options["group"])))
    return {f"model.layers.{layer}.{PLACES[matrix]}": methods[candidate]
            for layer, matrices in enumerate(recipe["layers"]) for matrix, candidate in matrices.items()}


def check_compressed_tensors(text, wanted, linears):
    from compressed_tensors.utils.match import match_named_modules

    groups = {}
    for modifier in yaml.safe_load(text)["quant_stage"]["quant_modifiers"].values():
        for name, group in modifier["config_groups"].items():
            assert name not in groups, f"the group {name} is named twice"
            groups[name] = group
    config = QuantizationConfig.model_validate({"quant_method": "compressed-tensors", "format": "pack-quantized",
                                                "config_groups": groups, "ignore": ["lm_head"]})
    found = {}
    for scheme in config.config_groups.values():
        for name, _ in match_named_modules(linears, scheme.targets):
            assert name not in found, f"{name} is meant twice"
            found[name] = (scheme.weights.num_bits, scheme.weights.group_size or -1)
    assert found == {name: scheme for name, scheme in wanted.items() if scheme}, \
        "compressed-tensors understands other bits or groups"
    return len(found)


def check_llm_compressor(path, wanted):
    """The recipe as llm-compressor's own classes; the number of matrices, or why not."""
    try:
        from llmcompressor.recipe import Recipe
    except ImportError:
        return "not installed"
    found = {}
    for modifier in Recipe.create_instance(path).modifiers:
        for scheme in modifier.config_groups.values():
            for target in scheme.targets:
                names = [name for name in wanted if re.match(target.removeprefix("re:"), name)]
                for name in names:
                    assert name not in found, f"{name} is meant twice"
                    found[name] = (scheme.weights.num_bits, scheme.weights.group_size or -1)
    assert found == {name: scheme for name, scheme in wanted.items() if scheme}, \
        "llm-compressor understands other bits or groups"
    return len(found)


def check_gptqmodel(text, wanted):
    config = json.loads(text)
    try:
        from gptqmodel import QuantizeConfig

        read = QuantizeConfig(bits=config["bits"], group_size=config["group_size"], dynamic=config["dynamic"])
        look_up = lambda name, key=None, usual=None: read.dynamic_get(name, key, usual)
        how = "gptqmodel"
    except ImportError:
        def look_up(name, key=None, usual=None):
            for pattern, values in config["dynamic"].items():
                if re.match(pattern[2:], name):
                    return False if pattern.startswith("-:") else values.get(key, usual)
            return usual

        how = "its rule by hand"
    found = {name: None if look_up(name) is False else
             (look_up(name, "bits", config["bits"]), look_up(name, "group_size", config["group_size"]))
             for name in wanted}
    assert found == wanted, "GPTQModel's overrides give other bits or groups"
    return f"{len(found)} ({how})"


def check_llama_cpp(text, wanted, layers):
    names = get_tensor_name_map(MODEL_ARCH.LLAMA, layers)
    lines = [line.split("=") for line in text.split()]
    for name, scheme in wanted.items():
        tensor = names.get_name(name) + ".weight"
        types = [kind for pattern, kind in lines if re.search(pattern, tensor)]
        assert len(types) == 1, f"{tensor} is meant {len(types)} times"
        kind = GGMLQuantizationType[types[0].upper()]
        assert kind.name == (LLAMA_TYPES[scheme[0]] if scheme else "F16"), f"{tensor} gets {kind.name}"
    return len(lines)


def main():
    model, recipe, gptq, compressor, llama = sys.argv[1:]
    wanted = expected(json.load(open(recipe)))
    with torch.device("meta"):
        linears = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(model))
    print("compressed-tensors:", check_compressed_tensors(open(compressor).read(), wanted, linears))
    print("llm-compressor:", check_llm_compressor(compressor, wanted))
    print("GPTQModel:", check_gptqmodel(open(gptq).read(), wanted))
    layers = 1 + max(int(name.split(".")[2]) for name in wanted)
    print("llama.cpp types by gguf:", check_llama_cpp(open(llama).read(), wanted, layers))


if __name__ == "__main__":
    main()
