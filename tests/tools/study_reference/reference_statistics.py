"""What is measured on one batch: sites, output, early exit and patches. Means are over positions
1..T for sites and over the T predicted tokens for what the model puts out."""

import torch

from reference_model import SITES, Sites, token_nll

MEASURED = tuple(site for site in SITES if site not in ("o_input", "down_input"))
PATCHES = {"attn": ("attn_out",), "gate": ("gate",), "up": ("up",), "gate+up": ("gate", "up"),
           "down": ("down",), "q": ("q",), "k": ("k",), "v": ("v",), "gate-input": ("gate_input",),
           "ln2": ("ln2",)}


def own_statistics(value):
    x = value[:, 1:]
    centred = x - x.mean(-1, keepdim=True)
    kurtosis = centred.pow(4).mean(-1) / centred.pow(2).mean(-1).pow(2)
    return {"norm": x.norm(dim=-1).mean(1), "kurtosis": kurtosis.mean(1),
            "maximum": x.abs().amax(-1).mean(1), "peak": x.abs().amax((1, 2))}


def paired_statistics(value, reference):
    x, y = value[:, 1:], reference[:, 1:]
    error, length = (x - y).norm(dim=-1), y.norm(dim=-1)
    cosine = (x * y).sum(-1) / (x.norm(dim=-1) * length)
    return {"error_norm": error.mean(1), "relative_error": (error / length).mean(1),
            "cosine": cosine.mean(1), "mse": (x - y).pow(2).mean((1, 2))}


def by_layer(values, layers, function):
    """Calls function(site, layer) and stacks its statistics to [example][layer]."""
    table = {}
    for site in values:
        columns = [function(site, layer) for layer in range(layers)]
        table[site] = {name: torch.stack([column[name] for column in columns], 1)
                       for name in columns[0]}
    return table


def rank(logp, ids):
    """Mean of 1 + the number of tokens strictly more likely than the true one."""
    right = logp.gather(-1, ids[:, 1:, None])
    return 1 + (logp > right).sum(-1).to(logp.dtype).mean(1)


def early_exit(model, sites, final, ids):
    """r ("resid_mid") and z ("resid_post") of each layer through φ and U; `kl_to_final` is
    KL(p(final) ‖ p(l)), `kl_to_final_reverse` the other way."""
    def measure(site, layer):
        logp = model.log_probabilities(sites.values[site, layer][:, :-1])
        p = logp.exp()
        return {"nll": token_nll(logp, ids).mean(1),
                "rank": rank(logp, ids),
                "entropy": -(p * logp).sum(-1).mean(1),
                "kl_to_final": (final.exp() * (final - logp)).sum(-1).mean(1),
                "kl_to_final_reverse": (p * (logp - final)).sum(-1).mean(1)}
    return by_layer(("resid_mid", "resid_post"), model.layers, measure)


def output_statistics(logp, reference, ids):
    p, q = reference.exp(), logp.exp()
    middle = torch.log((p + q) / 2)
    return {"nll": token_nll(logp, ids).mean(1), "rank": rank(logp, ids),
            "kl": (p * (reference - logp)).sum(-1).mean(1),
            "kl_reverse": (q * (logp - reference)).sum(-1).mean(1),
            "js": (p * (reference - middle) + q * (logp - middle)).sum(-1).mean(1) / 2,
            "top1_agrees": (logp.argmax(-1) == reference.argmax(-1)).to(logp.dtype).mean(1)}


def patch_sets(layers):
    """(name, sites, layers) of every patch."""
    every = range(layers)
    for kind, sites in PATCHES.items():
        yield f"{kind}@upper-half", sites, every[layers // 2:]
        yield f"{kind}@all", sites, every
    yield "attn+down@all", ("attn_out", "down"), every
    for layer in every:
        yield f"residual@{layer}", ("resid_post",), (layer,)


def patches(base, base_sites, donor_sites, ids):
    """NLL of a base model with a donor's values at some sites. Nothing differs from the base run
    before the first patched layer, so the walk starts there."""
    table = {}
    for name, sites, layers in patch_sets(base.layers):
        source = {site: "ln2" if site == "gate_input" else site for site in sites}
        replace = {(site, layer): donor_sites.values[source[site], layer]
                   for site in sites for layer in layers}
        start = base_sites.values["resid_pre", layers[0]]
        state = base.hidden_from(start, layers[0], Sites(replace=replace))
        table[name] = base.nll(state, ids).mean(1)
    return table


def lane_table(model, sites, final, reference_sites, reference_final, ids):
    def site_statistics(site, layer):
        value = sites.values[site, layer]
        columns = own_statistics(value)
        if reference_sites is not sites:
            columns |= paired_statistics(value, reference_sites.values[site, layer])
        return columns
    return {**output_statistics(final, reference_final, ids),
            "sites": by_layer(MEASURED, model.layers, site_statistics),
            "early_exit": early_exit(model, sites, final, ids)}


def batch_tables(model, replaced, ids, patched):
    """Everything for one batch; patches only in the lanes of `patched`."""
    reference_sites = Sites(keep=True)
    reference_final = model.log_probabilities(model.hidden(ids, reference_sites)[:, :-1])
    tables = {"reference": lane_table(model, reference_sites, reference_final, reference_sites,
                                      reference_final, ids)}
    for name, matrices in replaced.items():
        lane = model.with_weights(matrices)
        sites = Sites(keep=True)
        final = lane.log_probabilities(lane.hidden(ids, sites)[:, :-1])
        table = lane_table(lane, sites, final, reference_sites, reference_final, ids)
        table["error"] = table["nll"] - tables["reference"]["nll"]
        table["patches"] = {}
        if name in patched:
            table["patches"] = patches(lane, sites, reference_sites, ids)
            table["patches"] |= {"reverse:" + patch: nll for patch, nll in
                                 patches(model, reference_sites, sites, ids).items()}
        tables[name] = table
    return tables


def join(batches):
    """Tables of batches to lists over examples; a later batch may lack what an earlier one has."""
    first = batches[0]
    if isinstance(first, torch.Tensor):
        return torch.cat(batches).double().tolist()
    return {key: join([batch[key] for batch in batches if key in batch]) for key in first}
