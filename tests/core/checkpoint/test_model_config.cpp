#include "core/checkpoint/model_config.h"
#include "tests/core/checkpoint/fixture.h"

#include <QTemporaryDir>

using namespace quantscope;
using namespace quantscope::test;

namespace {

QByteArray config(const QByteArray& family, const QByteArray& more = {}) {
    return "{\"model_type\":\"" + family +
           "\",\"hidden_size\":64,\"intermediate_size\":96,\"num_hidden_layers\":4,"
           "\"num_attention_heads\":64,\"vocab_size\":100" +
           (more.isEmpty() ? QByteArray() : "," + more) + "}";
}

using Windows = std::vector<std::int64_t>;

} // namespace

class TestModelConfig : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    ModelConfig read(const QByteArray& text) {
        writeFile(m_folder.filePath("config.json"), text);
        return readModelConfig(m_folder.path().toStdString());
    }

    void refuse(const QByteArray& text, const std::vector<const char*>& parts) {
        std::vector<const char*> all = parts;
        all.push_back("config.json");
        compareError([&] { read(text); }, ErrorKind::Input, all);
    }

private Q_SLOTS:
    /// The defaults of transformers' configuration classes.
    void llamaDefaults() {
        const ModelConfig found = read(config("llama").replace(":64,\"vocab", ":32,\"vocab"));
        QVERIFY(found.family == Family::Llama);
        QCOMPARE(found.keyValueHeads, 32);
        QCOMPARE(found.headDimension, 2);
        QCOMPARE(found.maxPositions, 2048);
        QCOMPARE(found.normEpsilon, 1e-6);
        QCOMPARE(found.ropeTheta, 10000.0);
        QVERIFY(found.ropeScaling.kind == RopeScaling::Kind::None);
        QVERIFY(!found.tiedEmbeddings && !found.attentionBias && !found.outputBias);
        QVERIFY(!found.mlpBias && found.queryKeyNorm == QueryKeyNorm::None);
        QCOMPARE(found.slidingWindow, (Windows{0, 0, 0, 0}));
        QCOMPARE(found.dtype, std::string());
    }

    void mistralDefaults() {
        const ModelConfig found = read(config("mistral", "\"head_dim\":16"));
        QCOMPARE(found.keyValueHeads, 8);
        QCOMPARE(found.headDimension, 16);
        QCOMPARE(found.maxPositions, 131072);
        QCOMPARE(found.slidingWindow, (Windows{4096, 4096, 4096, 4096}));
        QVERIFY(!found.attentionBias);
        const ModelConfig null = read(config("mistral", "\"head_dim\":16,\"sliding_window\":null,"
                                                        "\"num_key_value_heads\":null"));
        QCOMPARE(null.slidingWindow, (Windows{0, 0, 0, 0}));
        QCOMPARE(null.keyValueHeads, 64);
        const ModelConfig set = read(config("mistral", "\"head_dim\":16,\"sliding_window\":7"));
        QCOMPARE(set.slidingWindow, (Windows{7, 7, 7, 7}));
    }

    void qwen2Windows() {
        const QByteArray base = "\"head_dim\":2,\"num_key_value_heads\":2";
        const ModelConfig plain = read(config("qwen2", base + ",\"sliding_window\":9"));
        QVERIFY(plain.attentionBias && !plain.outputBias &&
                plain.queryKeyNorm == QueryKeyNorm::None);
        QCOMPARE(plain.maxPositions, 32768);
        QCOMPARE(plain.slidingWindow, (Windows{0, 0, 0, 0}));
        const QByteArray used = base + ",\"use_sliding_window\":true,\"sliding_window\":9";
        QCOMPARE(read(config("qwen2", used + ",\"max_window_layers\":3")).slidingWindow,
                 (Windows{0, 0, 0, 9}));
        // 28 by default: no layer of four
        QCOMPARE(read(config("qwen2", used)).slidingWindow, (Windows{0, 0, 0, 0}));
        const QByteArray types = ",\"layer_types\":[\"sliding_attention\",\"full_attention\","
                                 "\"full_attention\",\"sliding_attention\"]";
        QCOMPARE(read(config("qwen2", used + ",\"max_window_layers\":0" + types)).slidingWindow,
                 (Windows{9, 0, 0, 9}));
        refuse(config("qwen2", base + types), {"layer_types", "full_attention"});
        refuse(config("qwen2", used + ",\"layer_types\":[\"full_attention\"]"),
               {"layer_types", "4 entries"});
    }

    void qwen3() {
        const ModelConfig found = read(config("qwen3", "\"num_key_value_heads\":2"));
        QCOMPARE(found.headDimension, 128);
        QVERIFY(found.queryKeyNorm == QueryKeyNorm::Head && !found.attentionBias &&
                !found.outputBias);
        const ModelConfig biased = read(config("qwen3", "\"attention_bias\":true"));
        QVERIFY(biased.attentionBias && biased.outputBias);
        QCOMPARE(biased.keyValueHeads, 32);
    }

    void llamaBiasesTyingAndType() {
        const ModelConfig found =
            read(config("llama", "\"head_dim\":4,\"attention_bias\":true,\"mlp_bias\":true,"
                                 "\"tie_word_embeddings\":true,\"torch_dtype\":\"bfloat16\","
                                 "\"rms_norm_eps\":1e-5,\"rope_theta\":500000"));
        QVERIFY(found.attentionBias && found.outputBias && found.mlpBias && found.tiedEmbeddings);
        QCOMPARE(found.dtype, std::string("bfloat16"));
        QCOMPARE(found.normEpsilon, 1e-5);
        QCOMPARE(found.ropeTheta, 500000.0);
        QCOMPARE(read(config("llama", "\"head_dim\":4,\"dtype\":\"float16\"")).dtype,
                 std::string("float16"));
    }

    void opt() {
        const QByteArray text =
            "{\"model_type\":\"opt\",\"hidden_size\":64,\"ffn_dim\":96,\"num_hidden_layers\":2,"
            "\"num_attention_heads\":4,\"vocab_size\":100,\"word_embed_proj_dim\":32,"
            "\"do_layer_norm_before\":false,\"max_position_embeddings\":50}";
        const ModelConfig found = read(text);
        QVERIFY(found.normPlacement == NormPlacement::OnStream && !found.finalNorm);
        QVERIFY(!found.gatedMlp && found.activation == Activation::Relu && found.normBias);
        QVERIFY(found.attentionBias && found.outputBias && found.mlpBias && found.tiedEmbeddings);
        QCOMPARE(found.learnedPositions, 52);
        QCOMPARE(found.positionOffset, 2);
        QCOMPARE(found.embeddingSize, 32);
        refuse(QByteArray(text).replace("\"vocab_size\"",
                                        "\"activation_function\":\"mish\",\"vocab_size\""),
               {"activation_function = \"mish\""});
        refuse(QByteArray(text).replace("\"vocab_size\"",
                                        "\"layer_norm_elementwise_affine\":false,\"vocab_size\""),
               {"layer_norm_elementwise_affine"});
    }

    void gpt2() {
        const QByteArray text = "{\"model_type\":\"gpt2\",\"n_embd\":64,\"n_layer\":2,"
                                "\"n_head\":4,\"vocab_size\":100,\"n_ctx\":1024";
        const ModelConfig found = read(text + "}");
        QCOMPARE(found.intermediateSize, 256);
        QCOMPARE(found.learnedPositions, 1024);
        QVERIFY(found.activation == Activation::GeluTanh && !found.attentionScale);
        QCOMPARE(read(text + ",\"scale_attn_weights\":false}").attentionScale.value(), 1.0);
        refuse(text + ",\"scale_attn_by_inverse_layer_idx\":true}",
               {"scale_attn_by_inverse_layer_idx"});
    }

    /// As versions of transformers before 5 write it.
    void gptNeoX() {
        const ModelConfig found =
            read(config("gpt_neox", "\"rotary_pct\":0.5,\"rotary_emb_base\":123,"
                                    "\"num_attention_heads\":4,\"rope_scaling\":null")
                     .replace("\"num_attention_heads\":64,", ""));
        QCOMPARE(found.rotaryDimension, 8);
        QCOMPARE(found.ropeTheta, 123.0);
        QVERIFY(found.order == BlockOrder::Parallel && found.normKind == NormKind::Layer);
        refuse(config("gpt_neox", "\"rotary_pct\":1.5,\"num_attention_heads\":4")
                   .replace("\"num_attention_heads\":64,", ""),
               {"rotary_pct = 1.5"});
    }

    void phi3() {
        const auto text = [](const QByteArray& scaling) {
            return config("phi3", "\"head_dim\":4,\"max_position_embeddings\":400,"
                                  "\"original_max_position_embeddings\":100,"
                                  "\"rope_scaling\":{" +
                                      scaling + "}");
        };
        const QByteArray factors = "\"short_factor\":[1,1.5],\"long_factor\":[2,4]";
        for (const char* name : {"longrope", "su", "yarn"}) {
            const ModelConfig found =
                read(text("\"type\":\"" + QByteArray(name) + "\"," + factors));
            QVERIFY(found.ropeScaling.kind == RopeScaling::Kind::Long);
            QCOMPARE(found.ropeScaling.originalMaxPositions, 100);
            QCOMPARE(found.ropeScaling.factor, 4.0);
            QCOMPARE(found.ropeScaling.longFactors, (std::vector<double>{2, 4}));
        }
        refuse(text("\"type\":\"longrope\",\"short_factor\":[1],\"long_factor\":[2,4]"),
               {"short_factor = [1]", "2 numbers"});
        refuse(text("\"type\":\"longrope\",\"short_factor\":[1,0],\"long_factor\":[2,4]"),
               {"short_factor"});
        refuse(text("\"type\":\"longrope\",\"short_mscale\":1," + factors), {"short_mscale"});
        refuse(text("\"type\":\"linear\",\"factor\":2"), {"type = \"linear\""});
        QCOMPARE(
            read(config("phi3", "\"head_dim\":8,\"partial_rotary_factor\":0.75")).rotaryDimension,
            6);
        QCOMPARE(read(config("phi3", "\"head_dim\":8,\"sliding_window\":9")).slidingWindow,
                 (Windows{9, 9, 9, 9}));
    }

    void gemma() {
        const ModelConfig first = read(config("gemma", "\"head_dim\":8,\"hidden_act\":\"gelu\""));
        QVERIFY(first.activation == Activation::GeluTanh && first.tiedEmbeddings);
        QCOMPARE(first.normOffset, 1.0);
        QCOMPARE(first.embeddingScale, 8.0);
        QVERIFY(first.normPlacement == NormPlacement::Before);
        const ModelConfig second =
            read(config("gemma2", "\"head_dim\":8,\"query_pre_attn_scalar\":64,"
                                  "\"sliding_window\":9,\"attn_logit_softcapping\":null"));
        QCOMPARE(second.attentionScale.value(), 0.125);
        QCOMPARE(second.attentionCap, 0.0);
        QCOMPARE(second.logitCap, 30.0);
        QCOMPARE(second.slidingWindow, (Windows{9, 0, 9, 0}));
        // As versions of transformers before 5 write it.
        const ModelConfig third = read(
            config("gemma3_text", "\"head_dim\":8,\"rope_local_base_freq\":77,\"sliding_window\":9,"
                                  "\"sliding_window_pattern\":2,\"rope_theta\":5e5,"
                                  "\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":8}"));
        QCOMPARE(third.slidingWindow, (Windows{9, 0, 9, 0}));
        QCOMPARE(third.slidingTheta.value(), 77.0);
        QCOMPARE(third.ropeTheta, 5e5);
        QVERIFY(third.ropeScaling.kind == RopeScaling::Kind::Linear);
        QVERIFY(third.queryKeyNorm == QueryKeyNorm::Head);
        refuse(config("gemma3_text", "\"head_dim\":8,\"use_bidirectional_attention\":true"),
               {"use_bidirectional_attention"});
        refuse(config("gemma3_text",
                      "\"head_dim\":8,\"rope_parameters\":{\"full_attention\":{},"
                      "\"sliding_attention\":{\"rope_type\":\"linear\",\"factor\":2}}"),
               {"sliding_attention", "rope_type = \"linear\""});
    }

    void cohere() {
        const ModelConfig found =
            read(config("cohere", "\"head_dim\":4,\"rope_theta\":8e6,\"use_qk_norm\":true"));
        QCOMPARE(found.logitScale, 0.0625);
        QVERIFY(found.order == BlockOrder::ParallelShared && found.rotaryInterleaved);
        QVERIFY(found.queryKeyNorm == QueryKeyNorm::HeadOwn && !found.normBias);
        refuse(config("cohere", "\"head_dim\":4"), {"no rope_theta"});
    }

    void experts() {
        const ModelConfig mixtral =
            read(config("mixtral", "\"head_dim\":4,\"num_local_experts\":6"));
        QCOMPARE(mixtral.experts.count, 6);
        QCOMPARE(mixtral.experts.chosen, 2);
        QCOMPARE(mixtral.experts.intermediateSize, 96);
        QVERIFY(mixtral.experts.normalise && mixtral.experts.sharedSize == 0);
        const QByteArray base = "\"head_dim\":4,\"num_key_value_heads\":2,\"num_experts\":8,"
                                "\"moe_intermediate_size\":12,";
        const ModelConfig qwen = read(config(
            "qwen2_moe", base + "\"shared_expert_intermediate_size\":20,\"mlp_only_layers\":[1],"
                                "\"decoder_sparse_step\":1,\"sliding_window\":0"));
        QCOMPARE(qwen.experts.layers, (std::vector<bool>{true, false, true, true}));
        QCOMPARE(qwen.experts.sharedSize, 20);
        QVERIFY(!qwen.experts.normalise && qwen.attentionBias);
        refuse(config("qwen2_moe", base + "\"mlp_only_layers\":[4]"), {"mlp_only_layers"});
        refuse(config("qwen2_moe", base + "\"mlp_only_layers\":[0,1,2,3]"), {"mlp_only_layers"});
        refuse(config("qwen2_moe", base + "\"num_experts_per_tok\":9"), {"num_experts_per_tok"});
        refuse(config("mixtral", "\"head_dim\":4,\"num_local_experts\":1025"),
               {"num_local_experts"});
    }

    void ropeScaling_data() {
        QTest::addColumn<QByteArray>("keys");
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("factor");
        QTest::addColumn<int>("original");
        using Kind = RopeScaling::Kind;
        const auto row = [](const char* name, const QByteArray& keys, Kind kind, double factor,
                            int original) {
            QTest::newRow(name) << keys << static_cast<int>(kind) << factor << original;
        };
        row("null", "\"rope_scaling\":null", Kind::None, 1, 0);
        row("default", "\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":7}",
            Kind::None, 1, 0);
        row("legacy linear", "\"rope_scaling\":{\"type\":\"linear\",\"factor\":2.5}", Kind::Linear,
            2.5, 0);
        row("linear", "\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":4}", Kind::Linear, 4,
            0);
        row("both names",
            "\"rope_scaling\":{\"rope_type\":\"linear\",\"type\":\"linear\",\"factor\":4}",
            Kind::Linear, 4, 0);
        row("dynamic",
            "\"max_position_embeddings\":77,"
            "\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":2}",
            Kind::Dynamic, 2, 77);
        row("llama3",
            "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,"
            "\"high_freq_factor\":4,\"original_max_position_embeddings\":8192}",
            Kind::Llama3, 8, 8192);
        row("llama3 in rope_parameters",
            "\"rope_parameters\":{\"rope_type\":\"llama3\",\"factor\":32,\"low_freq_factor\":1,"
            "\"high_freq_factor\":4,\"original_max_position_embeddings\":8192,"
            "\"rope_theta\":500000.0}",
            Kind::Llama3, 32, 8192);
        row("yarn",
            "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4,"
            "\"original_max_position_embeddings\":32768}",
            Kind::Yarn, 4, 32768);
        row("yarn without original",
            "\"max_position_embeddings\":99,"
            "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4}",
            Kind::Yarn, 4, 99);
        row("original beside",
            "\"original_max_position_embeddings\":44,"
            "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4}",
            Kind::Yarn, 4, 44);
        row("by kind of layer",
            "\"rope_parameters\":{\"full_attention\":{\"rope_type\":\"linear\",\"factor\":3},"
            "\"sliding_attention\":{\"rope_type\":\"linear\",\"factor\":3}}",
            Kind::Linear, 3, 0);
        row("one kind null",
            "\"rope_parameters\":{\"full_attention\":{\"rope_type\":\"linear\",\"factor\":3},"
            "\"sliding_attention\":null}",
            Kind::Linear, 3, 0);
    }

    void ropeScaling() {
        QFETCH(QByteArray, keys);
        QFETCH(int, kind);
        QFETCH(double, factor);
        QFETCH(int, original);
        const ModelConfig found = read(config("llama", "\"head_dim\":4," + keys));
        QCOMPARE(static_cast<int>(found.ropeScaling.kind), kind);
        QCOMPARE(found.ropeScaling.factor, factor);
        QCOMPARE(found.ropeScaling.originalMaxPositions, original);
    }

    void ropeDetails() {
        const ModelConfig yarn = read(
            config("llama", "\"head_dim\":4,\"rope_parameters\":{\"rope_type\":\"yarn\","
                            "\"factor\":4,\"beta_fast\":16,\"beta_slow\":2,\"mscale\":0.5,"
                            "\"mscale_all_dim\":0.7,\"attention_factor\":1.25,\"truncate\":false,"
                            "\"rope_theta\":123,\"partial_rotary_factor\":1.0}"));
        QCOMPARE(yarn.ropeTheta, 123.0);
        QCOMPARE(yarn.ropeScaling.betaFast, 16.0);
        QCOMPARE(yarn.ropeScaling.betaSlow, 2.0);
        QCOMPARE(yarn.ropeScaling.mscale.value(), 0.5);
        QCOMPARE(yarn.ropeScaling.mscaleAllDimensions.value(), 0.7);
        QCOMPARE(yarn.ropeScaling.attentionFactor.value(), 1.25);
        QVERIFY(!yarn.ropeScaling.truncate);
        const ModelConfig plain = read(
            config("llama", "\"head_dim\":4,\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4}"));
        QCOMPARE(plain.ropeScaling.betaFast, 32.0);
        QCOMPARE(plain.ropeScaling.betaSlow, 1.0);
        QVERIFY(!plain.ropeScaling.mscale && !plain.ropeScaling.attentionFactor);
        QVERIFY(plain.ropeScaling.truncate);
    }

    void refused_data() {
        QTest::addColumn<QByteArray>("family");
        QTest::addColumn<QByteArray>("keys");
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("second");
        const auto row = [](const char* family, const QByteArray& keys, const QByteArray& first,
                            const QByteArray& second = {}) {
            QTest::addRow("%s %s", family, keys.constData())
                << QByteArray(family) << keys << first << second;
        };
        const auto scaling = [](const QByteArray& inner) {
            return "\"rope_scaling\":{" + inner + "}";
        };
        row("bert", "\"a\":null", "model_type = \"bert\"", "llama, mistral, qwen2, qwen3");
        row("llama", "\"hidden_act\":\"gelu\"", "hidden_act = \"gelu\"", "silu");
        row("llama", "\"partial_rotary_factor\":0.5", "partial_rotary_factor = 0.5");
        row("llama", "\"logits_scaling\":8", "logits_scaling");
        row("llama", "\"final_logit_softcapping\":30.0", "final_logit_softcapping");
        row("llama", "\"attention_multiplier\":1.0", "attention_multiplier");
        row("llama", "\"num_local_experts\":8", "num_local_experts");
        row("llama", "\"pruned_heads\":{\"1\":[0]}", "pruned_heads");
        row("llama", "\"is_encoder_decoder\":true", "is_encoder_decoder");
        row("llama", "\"sliding_window\":128", "sliding_window");
        row("llama", "\"no_rope_layers\":[1,1,1,0]", "no_rope_layers");
        row("mistral", "\"attention_bias\":true", "attention_bias");
        row("mistral",
            "\"layer_types\":[\"full_attention\",\"full_attention\","
            "\"full_attention\",\"full_attention\"]",
            "layer_types", "sliding_attention");
        row("qwen2", "\"mlp_bias\":true", "mlp_bias");
        row("llama", scaling("\"type\":\"longrope\",\"factor\":2"), "type = \"longrope\"",
            "rope_scaling");
        row("llama", scaling("\"rope_type\":\"su\""), "rope_type = \"su\"");
        row("llama", scaling("\"rope_type\":\"linear\",\"type\":\"yarn\",\"factor\":2"), "linear",
            "yarn");
        row("llama", scaling("\"type\":\"linear\""), "no factor");
        row("llama", scaling("\"type\":\"linear\",\"factor\":0"), "factor = 0");
        row("llama", scaling("\"type\":\"linear\",\"factor\":-2"), "factor = -2");
        row("llama", scaling("\"type\":\"linear\",\"factor\":\"2\""), "factor = \"2\"");
        row("llama", scaling("\"type\":\"linear\",\"factor\":2,\"ramp\":1"), "ramp");
        row("llama", scaling("\"type\":\"llama3\",\"factor\":2,\"high_freq_factor\":4"),
            "low_freq_factor");
        row("llama",
            scaling("\"type\":\"llama3\",\"factor\":2,\"high_freq_factor\":1,"
                    "\"low_freq_factor\":1"),
            "high_freq_factor");
        row("llama",
            scaling("\"type\":\"dynamic\",\"factor\":2,"
                    "\"original_max_position_embeddings\":5"),
            "original_max_position_embeddings = 5");
        row("llama", "\"rope_theta\":1e4,\"rope_parameters\":{\"rope_theta\":2e4}",
            "rope_theta = 20000");
        row("llama", "\"rope_parameters\":{\"partial_rotary_factor\":0.25}",
            "partial_rotary_factor");
        row("llama", "\"rope_scaling\":3", "rope_scaling = 3");
        row("llama", scaling("\"type\":\"linear\",\"factor\":2") + ",\"rope_parameters\":{}",
            "both rope_scaling and rope_parameters");
        row("llama",
            "\"rope_parameters\":{\"full_attention\":{\"rope_theta\":1},"
            "\"sliding_attention\":{\"rope_theta\":2}}",
            "kinds of layers", "sliding_attention");
        row("llama", "\"num_key_value_heads\":3", "64 attention heads and 3");
        row("llama", "\"head_dim\":3", "3 dimensions");
        row("llama", "\"rms_norm_eps\":0", "rms_norm_eps = 0");
        row("llama", "\"rms_norm_eps\":\"1e-5\"", "rms_norm_eps");
        row("llama", "\"tie_word_embeddings\":\"yes\"", "tie_word_embeddings");
        row("llama", "\"max_position_embeddings\":2.5", "max_position_embeddings = 2.5");
        row("llama", "\"hidden_size\":64", "hidden_size twice");
    }

    void refused() {
        QFETCH(QByteArray, family);
        QFETCH(QByteArray, keys);
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, second);
        const QByteArray base =
            keys.contains("head_dim") || family == "gpt2" ? "" : "\"head_dim\":4,";
        refuse(config(family, base + keys), {first.constData(), second.constData()});
    }

    void sizesOutOfRange() {
        const QByteArray good = config("llama", "\"head_dim\":4");
        for (const char* value : {"0", "-1", "1e30", "4611686018427387904", "null", "\"64\"", "[]"})
            refuse(QByteArray(good).replace("\"hidden_size\":64",
                                            QByteArray("\"hidden_size\":") + value),
                   {"hidden_size", "expected a whole number from 1 to"});
        refuse(QByteArray(good).replace("\"num_hidden_layers\":4", "\"num_hidden_layers\":5000000"),
               {"num_hidden_layers = 5000000"});
        refuse(QByteArray(good).replace("\"vocab_size\":100", "\"vocab\":false"),
               {"has no vocab_size"});
        refuse(QByteArray(config("llama")).replace("heads\":64", "heads\":48"),
               {"hidden_size = 64", "num_attention_heads = 48"});
    }

    /// Keys that save_pretrained and training programs leave behind.
    void harmlessKeysPass() {
        read(config("llama",
                    "\"head_dim\":4,\"architectures\":[\"LlamaForCausalLM\"],\"bos_token_id\":1,"
                    "\"eos_token_id\":[2,3],\"pad_token_id\":0,\"use_cache\":true,"
                    "\"attention_dropout\":0.1,\"initializer_range\":0.02,\"pretraining_tp\":2,"
                    "\"transformers_version\":\"4.51.0\",\"_name_or_path\":\"x\","
                    "\"hidden_act\":\"silu\",\"quantization_config\":null,\"logit_scale\":null,"
                    "\"final_logit_softcapping\":null,\"partial_rotary_factor\":1.0,"
                    "\"use_qk_norm\":false,\"pruned_heads\":{},\"sliding_window\":null"));
    }

    void notAConfiguration() {
        refuse("", {"not valid JSON"});
        refuse("{", {"not valid JSON"});
        refuse("[1]", {"expected an object"});
        refuse("{}", {"no model_type"});
        refuse("{\"model_type\":7}", {"model_type = 7"});
        refuse("{\"model_type\":\"llama\",\"x\":1e999}", {"not valid JSON"});
        refuse("{\"x\":" + QByteArray(5000, '['), {"nested deeper"});
        refuse(QByteArray((4 << 20) + 1, ' '), {"at most 4194304"});
    }
};

QTEST_GUILESS_MAIN(TestModelConfig)
#include "test_model_config.moc"
