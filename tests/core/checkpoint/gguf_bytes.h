#pragma once

// GGUF files made byte by byte, as the format's description has them.

#include <QByteArray>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace quantscope::test {

template <typename T>
QByteArray littleEndian(T value) {
    return QByteArray(reinterpret_cast<const char*>(&value), sizeof(value)); // of this machine
}

inline QByteArray ggufText(const QByteArray& text) {
    return littleEndian<std::uint64_t>(static_cast<std::uint64_t>(text.size())) + text;
}

/// A key, a type and a value's bytes.
struct GgufPair {
    std::string key;
    std::uint32_t type = 0;
    QByteArray value;
};

inline GgufPair textPair(const std::string& key, const QByteArray& text) {
    return {key, 8, ggufText(text)};
}
inline GgufPair countPair(const std::string& key, std::uint32_t value) {
    return {key, 4, littleEndian(value)};
}
inline GgufPair floatPair(const std::string& key, float value) {
    return {key, 6, littleEndian(value)};
}
inline GgufPair truthPair(const std::string& key, char value) {
    return {key, 7, QByteArray(1, value)};
}
template <typename T>
GgufPair listPair(const std::string& key, std::uint32_t type, const std::vector<T>& values) {
    QByteArray bytes = littleEndian(type) + littleEndian<std::uint64_t>(values.size());
    for (const T value : values)
        bytes += littleEndian(value);
    return {key, 9, bytes};
}
inline GgufPair textsPair(const std::string& key, const std::vector<QByteArray>& texts) {
    QByteArray bytes = littleEndian<std::uint32_t>(8) + littleEndian<std::uint64_t>(texts.size());
    for (const QByteArray& text : texts)
        bytes += ggufText(text);
    return {key, 9, bytes};
}

struct GgufTensorBytes {
    std::string name;
    std::vector<std::uint64_t> extents; ///< innermost first, as in the file
    QByteArray data;
    std::uint32_t type = 0;
    std::int64_t offset = -1; ///< -1: behind the one before
};

struct GgufBytes {
    std::vector<GgufPair> pairs;
    std::vector<GgufTensorBytes> tensors;
    QByteArray magic = "GGUF";
    std::uint32_t version = 3;
    std::int64_t pairCount = -1; ///< -1: as many as there are
    std::int64_t tensorCount = -1;
    qsizetype alignment = 32;

    GgufPair& pair(const std::string& key) {
        for (GgufPair& candidate : pairs)
            if (candidate.key == key)
                return candidate;
        qFatal("the fixture has no key %s", key.c_str());
    }

    GgufTensorBytes& tensor(const std::string& name) {
        for (GgufTensorBytes& candidate : tensors)
            if (candidate.name == name)
                return candidate;
        qFatal("the fixture has no tensor %s", name.c_str());
    }

    /// Replaces the pair of that key, or adds it.
    void set(const GgufPair& replacement) {
        for (GgufPair& candidate : pairs)
            if (candidate.key == replacement.key) {
                candidate = replacement;
                return;
            }
        pairs.push_back(replacement);
    }

    QByteArray bytes() const {
        const auto count = [](std::int64_t said, std::size_t have) {
            return littleEndian<std::uint64_t>(said < 0 ? have : static_cast<std::uint64_t>(said));
        };
        QByteArray header = magic + littleEndian(version) + count(tensorCount, tensors.size()) +
                            count(pairCount, pairs.size());
        for (const GgufPair& pair : pairs)
            header += ggufText(QByteArray::fromStdString(pair.key)) + littleEndian(pair.type) +
                      pair.value;
        QByteArray data;
        for (const GgufTensorBytes& tensor : tensors) {
            header += ggufText(QByteArray::fromStdString(tensor.name)) +
                      littleEndian(static_cast<std::uint32_t>(tensor.extents.size()));
            for (const std::uint64_t extent : tensor.extents)
                header += littleEndian(extent);
            header += littleEndian(tensor.type) +
                      littleEndian(static_cast<std::uint64_t>(tensor.offset < 0 ? data.size()
                                                                                : tensor.offset));
            data += tensor.data;
            data += padding(data.size());
        }
        return header + padding(header.size()) + data;
    }

private:
    QByteArray padding(qsizetype size) const {
        return QByteArray((alignment - size % alignment) % alignment, '\0');
    }
};

inline GgufTensorBytes countingTensor(const std::string& name, std::vector<std::uint64_t> extents) {
    std::uint64_t elements = 1;
    for (const std::uint64_t extent : extents)
        elements *= extent;
    QByteArray data;
    for (std::uint64_t i = 0; i < elements; ++i)
        data += littleEndian(static_cast<float>(i + 1));
    return {name, std::move(extents), data};
}

/// A tiny llama: hidden 8, MLP 6, 1 layer, 2 heads of 4, 1 key-value head, vocabulary 5, tied.
inline GgufBytes tinyGguf() {
    GgufBytes file;
    file.pairs = {textPair("general.architecture", "llama"),
                  countPair("llama.block_count", 1),
                  countPair("llama.context_length", 16),
                  countPair("llama.embedding_length", 8),
                  countPair("llama.feed_forward_length", 6),
                  countPair("llama.attention.head_count", 2),
                  countPair("llama.attention.head_count_kv", 1),
                  floatPair("llama.attention.layer_norm_rms_epsilon", 1e-5f)};
    file.tensors = {countingTensor("token_embd.weight", {8, 5}),
                    countingTensor("blk.0.attn_norm.weight", {8}),
                    countingTensor("blk.0.attn_q.weight", {8, 8}),
                    countingTensor("blk.0.attn_k.weight", {8, 4}),
                    countingTensor("blk.0.attn_v.weight", {8, 4}),
                    countingTensor("blk.0.attn_output.weight", {8, 8}),
                    countingTensor("blk.0.ffn_norm.weight", {8}),
                    countingTensor("blk.0.ffn_gate.weight", {8, 6}),
                    countingTensor("blk.0.ffn_up.weight", {8, 6}),
                    countingTensor("blk.0.ffn_down.weight", {6, 8}),
                    countingTensor("output_norm.weight", {8})};
    return file;
}

} // namespace quantscope::test
