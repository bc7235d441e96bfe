"""RTN, NF4 and GPTQ written out plainly; every function gives the dequantized matrix."""

import torch

from reference_model import MODULES, Sites

NF4_LEVELS = torch.tensor([
    -1, -.6961928009986877, -.5250730514526367, -.39491748809814453, -.28444138169288635,
    -.18477343022823334, -.09105003625154495, 0, .07958029955625534, .16093020141124725,
    .24611230194568634, .33791524171829224, .44070982933044434, .5626170039176941,
    .7229568362236023, 1])


def grid(values, bits):
    """Scale and zero of each row of `values`, asymmetric, the range widened to contain 0."""
    low = values.amin(1).clamp(max=0)
    high = values.amax(1).clamp(min=0)
    empty = (low == 0) & (high == 0)
    low, high = torch.where(empty, -1, low), torch.where(empty, 1, high)
    scale = (high - low) / (2 ** bits - 1)
    return scale, torch.round(-low / scale)


def snap(values, scale, zero, bits):
    codes = (torch.round(values / scale) + zero).clamp(0, 2 ** bits - 1)
    return scale * (codes - zero)


def rtn(weight, bits=3, group=32):
    """f32 arithmetic, as the stored weights are f32; a last, shorter group where group does not divide."""
    weight = weight.float()
    out = torch.empty_like(weight)
    for start in range(0, weight.shape[1], group):
        part = weight[:, start:start + group]
        scale, zero = grid(part, bits)
        out[:, start:start + group] = snap(part, scale[:, None], zero[:, None], bits)
    return out


def nf4(weight, block=64):
    """Blocks of the flattened matrix, crossing row ends."""
    flat = weight.float().reshape(-1)
    out = torch.empty_like(flat)
    for start in range(0, flat.numel(), block):
        part = flat[start:start + block]
        scale = part.abs().max()
        ratio = part / scale if scale > 0 else part
        out[start:start + block] = scale * NF4_LEVELS[
            (ratio[:, None] - NF4_LEVELS).abs().argmin(1)]
    return out.view_as(weight)


def gptq(weight, inputs, bits=3, group=32, act_order=False, damping=0.01):
    """Column by column, no lazy blocks; grids from the updated weights ("fresh").

    inputs [samples, in]; arithmetic in the precision of `inputs`.
    """
    weight = weight.to(inputs.dtype).clone()
    columns = weight.shape[1]
    hessian = 2 / len(inputs) * inputs.T @ inputs
    dead = hessian.diagonal() == 0
    hessian[dead, dead] = 1
    weight[:, dead] = 0
    order = hessian.diagonal().argsort(descending=True) if act_order else torch.arange(columns)
    weight, hessian = weight[:, order], hessian[order][:, order]
    hessian += damping * hessian.diagonal().mean() * torch.eye(columns, dtype=hessian.dtype)
    factor = torch.linalg.cholesky(torch.linalg.inv(hessian), upper=True)
    out = torch.empty_like(weight)
    for column in range(columns):
        if column % group == 0:
            scale, zero = grid(weight[:, column:column + group], bits)
        out[:, column] = snap(weight[:, column], scale, zero, bits)
        error = (weight[:, column] - out[:, column]) / factor[column, column]
        weight[:, column + 1:] -= error[:, None] * factor[column, column + 1:]
    return out[:, order.argsort()]


STAGES = (("q", "k", "v"), ("o",), ("gate", "up"), ("down",))
INPUT_SITE = {"q": "ln1", "k": "ln1", "v": "ln1", "o": "o_input", "gate": "ln2", "up": "ln2",
              "down": "down_input"}


def data_free(model, method):
    return {(layer, module): method(model.stored[model.name(layer, module)])
            for layer in range(model.layers) for module in MODULES}


def gptq_model(model, calibration_ids, act_order, true_sequential):
    """Inputs of block l come from the quantized blocks before it; with `true_sequential` those of
    each stage also from the stages before it, else from the unquantized block.

    Returns the matrices and, by layer and module, ‖X (W − W~)ᵀ‖ / ‖X Wᵀ‖ on those inputs.
    """
    replaced = {}
    errors = []
    z = model.embed(calibration_ids)
    for layer in range(model.layers):
        errors.append([])
        for stage in STAGES if true_sequential else (tuple(MODULES),):
            sites = Sites(keep=True)
            model.with_weights(replaced).block(z, layer, sites)
            for module in stage:
                inputs = sites.values[INPUT_SITE[module], layer].flatten(0, 1)
                full = model.matrix(layer, module)
                replaced[layer, module] = gptq(full, inputs, act_order=act_order)
                lost = inputs @ (full - replaced[layer, module]).T
                errors[-1].append((lost.norm() / (inputs @ full.T).norm()).item())
        z = model.with_weights(replaced).block(z, layer, Sites())
    return replaced, errors


def weight_errors(model, replaced):
    """{statistic: [layer][module]}: relative Frobenius error, SQNR in dB, cosine."""
    table = {"relative_error": [], "sqnr": [], "cosine": []}
    for layer in range(model.layers):
        rows = {name: [] for name in table}
        for module in MODULES:
            full = model.stored[model.name(layer, module)].double()
            other = replaced[layer, module].double()
            ratio = (other - full).norm() / full.norm()
            rows["relative_error"].append(ratio.item())
            rows["sqnr"].append((-20 * ratio.log10()).item())
            rows["cosine"].append(((full * other).sum() / full.norm() / other.norm()).item())
        for name in table:
            table[name].append(rows[name])
    return table
