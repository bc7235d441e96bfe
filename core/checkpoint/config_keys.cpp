#include "core/checkpoint/config_keys.h"

#include <algorithm>
#include <array>

namespace quantscope {

namespace {

/// Factors of some families that are 1 where they do nothing.
constexpr std::array neutralFactors = {
    "embedding_multiplier",
    "lm_head_multiplier",
    "logit_scale",
    "logits_scaling",
    "partial_rotary_factor",
    "residual_multiplier",
    "rope_pct",
    "rope_ratio",
    "rotary_pct",
    "scale_emb",
};

/// Keys of transformers' common configuration and of its text generation, and traces of training,
/// that do not reach the forward pass of a causal model at inference.
constexpr std::array harmlessKeys = {
    "_attn_implementation",
    "_attn_implementation_autoset",
    "_attn_implementation_internal",
    "_commit_hash",
    "_flash_attn_2_enabled",
    "_from_model_config",
    "_name_or_path",
    "activation_dropout",
    "add_bos_token",
    "add_eos_token",
    "architectures",
    "attention_dropout",
    "attention_probs_dropout_prob",
    "attn_dropout",
    "attn_implementation",
    "attn_pdrop",
    "auto_map",
    "aux_loss_alpha",
    "bad_words_ids",
    "base_model_pp_plan",
    "base_model_tp_plan",
    "begin_suppress_tokens",
    "bos_token",
    "bos_token_id",
    "cache_implementation",
    "chunk_size_feed_forward",
    "classifier_dropout",
    "cls_token_id",
    "decoder_start_token_id",
    "diversity_penalty",
    "do_sample",
    "dropout",
    "early_stopping",
    "embd_pdrop",
    "encoder_no_repeat_ngram_size",
    "eos_token",
    "eos_token_id",
    "exponential_decay_length_penalty",
    "finetuning_task",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "generation_config",
    "gradient_checkpointing",
    "hidden_dropout",
    "hidden_dropout_prob",
    "id2label",
    "init_std",
    "initializer_factor",
    "initializer_range",
    "is_decoder",
    "keys_to_ignore_at_inference",
    "label2id",
    "layerdrop",
    "length_penalty",
    "mask_token_id",
    "max_length",
    "max_new_tokens",
    "max_sequence_length",
    "min_length",
    "mlp_dropout",
    "model_max_length",
    "n_ctx",
    "no_repeat_ngram_size",
    "num_beam_groups",
    "num_beams",
    "num_labels",
    "num_return_sequences",
    "output_attentions",
    "output_hidden_states",
    "output_router_logits",
    "output_scores",
    "pad_token",
    "pad_token_id",
    "prefix",
    "pretraining_tp",
    "problem_type",
    "remove_invalid_values",
    "reorder_and_upcast_attn",
    "repetition_penalty",
    "resid_dropout",
    "resid_pdrop",
    "return_dict",
    "return_dict_in_generate",
    "router_aux_loss_coef",
    "router_jitter_noise",
    "sep_token_id",
    "summary_activation",
    "summary_first_dropout",
    "summary_proj_to_labels",
    "summary_type",
    "summary_use_proj",
    "suppress_tokens",
    "task_specific_params",
    "temperature",
    "tensor_parallel_size",
    "tf_legacy_loss",
    "tie_encoder_decoder",
    "tokenizer_class",
    "top_k",
    "top_p",
    "torchscript",
    "transformers_version",
    "typical_p",
    "unk_token",
    "unk_token_id",
    "unsloth_fixed",
    "unsloth_version",
    "use_bfloat16",
    "use_cache",
    "use_flash_attention",
    "use_flash_attn",
    "use_return_dict",
};

} // namespace

void requireNeutralKeys(ConfigReader& config) {
    for (const std::string key : neutralFactors)
        if (config.isTaken(key))
            continue; // the family knows it
        else if (const auto* value = config.take(key);
                 value && !(value->is_number() && *value == 1))
            config.refuse(key, "1: other values change the forward pass and are not understood");
    if (const auto* pruned = config.take("pruned_heads"); pruned && !pruned->empty())
        config.refuse("pruned_heads", "no pruned heads");
    for (const std::string key : {"is_encoder_decoder", "add_cross_attention"})
        if (const auto* value = config.take(key); value && *value != false)
            config.refuse(key, "false: only causal models without an encoder are read");
}

void refuseUnknownKeys(const ConfigReader& config, const nlohmann::json& object) {
    for (const std::string& key : config.untaken()) {
        const bool harmless =
            std::find(harmlessKeys.begin(), harmlessKeys.end(), key) != harmlessKeys.end();
        if (!harmless && object.at(key) != false)
            config.refuse(key, "no such key: it is not understood and may change the forward pass "
                               "(if you know that it doesn't, remove it)");
    }
}

} // namespace quantscope
