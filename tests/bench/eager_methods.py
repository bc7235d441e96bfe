"""Quantization for the eager peer: RTN, NF4, GPTQ and AWQ as vectorised PyTorch, fake-quantized
in place of the weights of a transformers model."""

import torch
import torch.nn.functional as F

NF4 = torch.tensor([
    -1, -.6961928009986877, -.5250730514526367, -.39491748809814453, -.28444138169288635,
    -.18477343022823334, -.09105003625154495, 0, .07958029955625534, .16093020141124725,
    .24611230194568634, .33791524171829224, .44070982933044434, .5626170039176941,
    .7229568362236023, 1])
NF4_BOUNDS = (NF4[1:] + NF4[:-1]) / 2


def grid(values, bits):
    low, high = values.amin(-1, keepdim=True).clamp(max=0), values.amax(-1, keepdim=True).clamp(min=0)
    scale = ((high - low) / (2 ** bits - 1)).clamp(min=1e-12)
    return scale, torch.round(-low / scale)


def snap(values, scale, zero, bits):
    return scale * ((torch.round(values / scale) + zero).clamp(0, 2 ** bits - 1) - zero)


def padded_groups(weight, group):
    """[out, groups, group], the last group filled with zeros, which lie in every range anyway."""
    short = -weight.shape[1] % group
    return F.pad(weight, (0, short)).view(weight.shape[0], -1, group)


def rtn(weight, bits=3, group=32):
    parts = padded_groups(weight, group)
    return snap(parts, *grid(parts, bits), bits).view(weight.shape[0], -1)[:, :weight.shape[1]]


def nf4(weight, block=64):
    flat = F.pad(weight.reshape(-1), (0, -weight.numel() % block)).view(-1, block)
    scale = flat.abs().amax(1, keepdim=True).clamp(min=1e-12)
    levels = NF4[torch.bucketize(flat / scale, NF4_BOUNDS)]
    return (levels * scale).view(-1)[:weight.numel()].view_as(weight)


def gptq(weight, hessian, bits=3, group=32, act_order=False, damping=0.01, block=128):
    weight, hessian = weight.clone(), hessian.clone()
    columns = weight.shape[1]
    dead = hessian.diagonal() == 0
    hessian[dead, dead] = 1
    weight[:, dead] = 0
    order = hessian.diagonal().argsort(descending=True) if act_order else torch.arange(columns)
    weight, hessian = weight[:, order], hessian[order][:, order]
    hessian.diagonal().add_(damping * hessian.diagonal().mean())
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(hessian))
    factor = torch.linalg.cholesky(inverse, upper=True)
    out = torch.empty_like(weight)
    for first in range(0, columns, block):
        last = min(first + block, columns)
        part, errors = weight[:, first:last].clone(), torch.empty(len(weight), last - first)
        for i in range(last - first):
            if (first + i) % group == 0:
                scale, zero = grid(part[:, i:i + group], bits)
            out[:, first + i:first + i + 1] = snap(part[:, i:i + 1], scale, zero, bits)
            error = (part[:, i] - out[:, first + i]) / factor[first + i, first + i]
            part[:, i + 1:] -= error[:, None] * factor[first + i, first + i + 1:last]
            errors[:, i] = error
        weight[:, last:] -= errors @ factor[first:last, last:]
    return out[:, order.argsort()]


STAGES = (("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"), ("self_attn.o_proj",),
          ("mlp.gate_proj", "mlp.up_proj"), ("mlp.down_proj",))


class BlockRunner:
    """Runs one decoder layer on calibration hidden states, in batches."""

    def __init__(self, model, hidden):
        self.rotary = model.model.rotary_emb(hidden, torch.arange(hidden.shape[1])[None])
        self.batches = hidden.split(32)

    def __call__(self, layer):
        outputs = [layer(part, position_embeddings=self.rotary) for part in self.batches]
        return torch.cat([out[0] if isinstance(out, tuple) else out for out in outputs])

    def inputs(self, layer, names, reduce):
        """`reduce` of what each named module reads, batch by batch."""
        seen = {name: [] for name in names}
        hooks = [layer.get_submodule(name).register_forward_pre_hook(
            lambda module, inputs, name=name: seen[name].append(reduce(inputs[0])))
            for name in names]
        self(layer)
        for hook in hooks:
            hook.remove()
        return seen


def quantize_data_free(model, calibration, method):
    for layer in model.model.layers:
        for stage in STAGES:
            for name in stage:
                weight = layer.get_submodule(name).weight
                weight.copy_(method(weight))


def quantize_gptq(model, calibration, act_order):
    hidden = model.model.embed_tokens(calibration)
    for layer in model.model.layers:
        run = BlockRunner(model, hidden)
        for stage in STAGES:
            products = run.inputs(layer, stage[:1],
                                  lambda x: x.flatten(0, 1).T @ x.flatten(0, 1))[stage[0]]
            hessian = 2 / (hidden.shape[0] * hidden.shape[1]) * sum(products)
            for name in stage:
                weight = layer.get_submodule(name).weight
                weight.copy_(gptq(weight, hessian, act_order=act_order))
        hidden = run(layer)


def search_scale(linears, x, objective):
    """AWQ's search: the exponent whose scaled, quantized matrices change `objective` least."""
    importance = x.abs().mean(0)
    target, best = objective(), (float("inf"), None)
    full = [linear.weight.clone() for linear in linears]
    for step in range(20):
        scale = importance.pow(step / 20).clamp(min=1e-4)
        scale = scale / (scale.max() * scale.min()).sqrt()
        for linear, weight in zip(linears, full):
            linear.weight.copy_(rtn(weight * scale) / scale)
        loss = (objective() - target).pow(2).mean().item()
        if loss < best[0]:
            best = (loss, scale)
    for linear, weight in zip(linears, full):
        linear.weight.copy_(weight)
    return best[1]


def clip(weight, x, bits=3, group=32):
    """Per group the share of the range, of 1 … .55, that keeps x Wᵀ of that group best."""
    parts, inputs = padded_groups(weight, group), padded_groups(x[:512], group)
    full = torch.einsum("ngi,ogi->gno", inputs, parts)
    best = torch.full(parts.shape[:2], float("inf"))
    bound = torch.zeros(*parts.shape[:2], 1)
    peak = parts.abs().amax(-1, keepdim=True)
    for step in range(10):
        limit = peak * (1 - step / 20)
        clipped = parts.clamp(-limit, limit)
        quantized = snap(clipped, *grid(clipped, bits), bits)
        loss = (torch.einsum("ngi,ogi->gno", inputs, quantized) - full).pow(2).mean(1).T
        better = loss < best
        best = torch.where(better, loss, best)
        bound = torch.where(better[..., None], limit, bound)
    return parts.clamp(-bound, bound).view(len(weight), -1)[:, :weight.shape[1]]


def quantize_awq(model, calibration):
    """The scale is divided out again after quantization, so that inner activations stay in the
    checkpoint's basis. Calibration activations are the full-precision model's."""
    hidden = model.model.embed_tokens(calibration)
    for layer in model.model.layers:
        run = BlockRunner(model, hidden)
        seen = run.inputs(layer, [stage[0] for stage in STAGES], lambda x: x)
        following = run(layer)
        names = {stage: seen[stage[0]] for stage in STAGES}
        sample = {stage: parts[0] for stage, parts in names.items()}
        objectives = {
            STAGES[0]: lambda: layer.self_attn(sample[STAGES[0]], position_embeddings=run.rotary,
                                               attention_mask=None)[0],
            STAGES[2]: lambda: layer.mlp(sample[STAGES[2]]),
            STAGES[3]: lambda: layer.mlp.down_proj(sample[STAGES[3]]),
        }
        scales = {}
        for stage, objective in objectives.items():
            linears = [layer.get_submodule(name) for name in stage]
            scales[stage] = search_scale(linears, torch.cat(names[stage]).flatten(0, 1), objective)
        for stage in STAGES:
            x = torch.cat(names[stage]).flatten(0, 1)
            scale = scales.get(stage, torch.ones(x.shape[1]))
            for name in stage:
                weight = layer.get_submodule(name).weight
                scaled = weight * scale
                if name not in ("self_attn.q_proj", "self_attn.k_proj"):
                    scaled = clip(scaled, x / scale)
                weight.copy_(rtn(scaled) / scale)
        hidden = following


METHODS = {
    "rtn3": lambda model, calibration: quantize_data_free(model, calibration, rtn),
    "nf4": lambda model, calibration: quantize_data_free(model, calibration, nf4),
    "gptq3": lambda model, calibration: quantize_gptq(model, calibration, False),
    "gptq3-act": lambda model, calibration: quantize_gptq(model, calibration, True),
    "awq3": quantize_awq,
}
