#pragma once

#include "core/checkpoint/model_config.h"
#include "core/data/site.h"

#include <utility>
#include <vector>

namespace quantscope {

// What a model of some configuration consists of and how large it is: families differ in it, and
// nobody else should assume Llama's seven matrices.

/// Whether the MLP of a layer is a mixture of experts.
bool hasExperts(const ModelConfig& config, std::int64_t layer);

/// Whether blocks are made as Llama's: RMS norms before attention and a SiLU-gated MLP, one after
/// the other, rotary positions over whole heads. Prefixes, cached answers, recipes and sensitivities
/// know no others.
bool isLlamaLike(const ModelConfig& config);

/// The matrices of a block in the order of its forward pass, experts' behind the others'.
std::vector<Module> blockModules(const ModelConfig& config, std::int64_t layer);

/// Those that any layer of the model has: the session's dimension "module".
std::vector<Module> modelModules(const ModelConfig& config);

/// Extents [out, in] of a module's matrix. @param layer  only models that mix layers with and
/// without experts have matrices of another size in some
std::pair<std::int64_t, std::int64_t> matrixShape(const ModelConfig& config, Module module,
                                                  std::int64_t layer);
bool hasBias(const ModelConfig& config, Module module);

/// Elements of a block's matrices, biases and norms.
std::int64_t blockElements(const ModelConfig& config, std::int64_t layer);
/// Of the largest layer.
std::int64_t blockElements(const ModelConfig& config);
/// Elements of the matrices that are quantized, of the largest layer.
std::int64_t blockMatrices(const ModelConfig& config);
/// Elements of the largest single matrix.
std::int64_t largestMatrix(const ModelConfig& config);

/// Whether any layer of the model announces a site: no gate in OPT, no `resid_mid` in parallel
/// blocks, no `gate` of the whole block where all MLPs are experts.
bool hasSite(const ModelConfig& config, Site site);
/// The same of one layer.
bool hasSite(const ModelConfig& config, std::int64_t layer, Site site);

/// Of the sites whose statistics a study keeps, those that the model has.
std::vector<Site> probedSitesOf(const ModelConfig& config);

/// Width of a site's values, in its widest layer.
std::int64_t siteWidth(const ModelConfig& config, Site site);
/// The same of one layer.
std::int64_t siteWidth(const ModelConfig& config, std::int64_t layer, Site site);

std::int64_t rotaryWidth(const ModelConfig& config);    ///< dimensions of a head that turn
std::int64_t embeddingWidth(const ModelConfig& config); ///< columns of the embedding
double attentionScale(const ModelConfig& config);

} // namespace quantscope
