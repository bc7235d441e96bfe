#pragma once

// Model directories and safetensors files made byte by byte, without the program's own writer.

#include "core/data/error.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>
#include <QtTest/QtTest>

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace quantscope::test {

inline void writeFile(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    QCOMPARE(file.write(content), qint64(content.size()));
}

inline QByteArray littleEndian64(std::uint64_t value) {
    QByteArray bytes;
    for (int i = 0; i < 8; ++i)
        bytes.append(static_cast<char>((value >> (8 * i)) & 0xff));
    return bytes;
}

/// A safetensors file of exactly this header text and data.
inline QByteArray rawSafetensors(const QByteArray& header, const QByteArray& data) {
    return littleEndian64(static_cast<std::uint64_t>(header.size())) + header + data;
}

struct Tensor {
    std::string name;
    std::vector<std::int64_t> shape;
    QByteArray bytes;
    std::string dtype = "BF16";
};

inline QByteArray safetensors(const std::vector<Tensor>& tensors) {
    QByteArray header = "{\"__metadata__\":{\"format\":\"pt\"}";
    QByteArray data;
    for (const Tensor& tensor : tensors) {
        QByteArray shape;
        for (const std::int64_t extent : tensor.shape)
            shape += (shape.isEmpty() ? "" : ",") + QByteArray::number(qint64(extent));
        header += ",\"" + QByteArray::fromStdString(tensor.name) + "\":{\"dtype\":\"" +
                  QByteArray::fromStdString(tensor.dtype) + "\",\"shape\":[" + shape +
                  "],\"data_offsets\":[" + QByteArray::number(data.size()) + "," +
                  QByteArray::number(data.size() + tensor.bytes.size()) + "]}";
        data += tensor.bytes;
    }
    return rawSafetensors(header + "}", data);
}

/// Values 1, 2, 3, … / 64 as bf16, so that every element of a small tensor is told apart.
/// Exact: numerators below 256 fit the eight bits of bf16's significand.
inline float countingValue(std::int64_t index) { return static_cast<float>(index % 255 + 1) / 64; }

inline QByteArray countingBf16(std::int64_t elements) {
    QByteArray bytes;
    for (std::int64_t i = 0; i < elements; ++i) {
        const float value = countingValue(i);
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof(bits));
        bytes.append(static_cast<char>((bits >> 16) & 0xff));
        bytes.append(static_cast<char>(bits >> 24));
    }
    return bytes;
}

/// A tiny llama: hidden 4, MLP 6, 2 layers, 2 heads, 1 key-value head, vocabulary 5.
inline QByteArray tinyConfig(const QByteArray& more = {}) {
    return "{\"model_type\":\"llama\",\"hidden_size\":4,\"intermediate_size\":6,"
           "\"num_hidden_layers\":2,\"num_attention_heads\":2,\"num_key_value_heads\":1,"
           "\"vocab_size\":5" +
           (more.isEmpty() ? QByteArray() : "," + more) + "}";
}

inline Tensor tinyTensor(const std::string& name, std::vector<std::int64_t> shape) {
    std::int64_t elements = 1;
    for (const std::int64_t extent : shape)
        elements *= extent;
    return {name, std::move(shape), countingBf16(elements)};
}

/// Tensors of the tiny llama, names and shapes written out by hand.
inline std::vector<Tensor> tinyTensors(bool withOutput = true) {
    std::vector<Tensor> tensors = {tinyTensor("model.embed_tokens.weight", {5, 4})};
    for (const std::string layer : {"model.layers.0.", "model.layers.1."}) {
        tensors.push_back(tinyTensor(layer + "input_layernorm.weight", {4}));
        tensors.push_back(tinyTensor(layer + "self_attn.q_proj.weight", {4, 4}));
        tensors.push_back(tinyTensor(layer + "self_attn.k_proj.weight", {2, 4}));
        tensors.push_back(tinyTensor(layer + "self_attn.v_proj.weight", {2, 4}));
        tensors.push_back(tinyTensor(layer + "self_attn.o_proj.weight", {4, 4}));
        tensors.push_back(tinyTensor(layer + "post_attention_layernorm.weight", {4}));
        tensors.push_back(tinyTensor(layer + "mlp.gate_proj.weight", {6, 4}));
        tensors.push_back(tinyTensor(layer + "mlp.up_proj.weight", {6, 4}));
        tensors.push_back(tinyTensor(layer + "mlp.down_proj.weight", {4, 6}));
    }
    tensors.push_back(tinyTensor("model.norm.weight", {4}));
    if (withOutput)
        tensors.push_back(tinyTensor("lm_head.weight", {5, 4}));
    return tensors;
}

inline Tensor& tensorNamed(std::vector<Tensor>& tensors, const std::string& name) {
    for (Tensor& tensor : tensors)
        if (tensor.name == name)
            return tensor;
    qFatal("the fixture has no tensor %s", name.c_str());
}

/// What `action` throws; kind Internal and an empty message when it throws nothing.
inline Error errorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorKind::Internal, "");
}

/// Fails the test unless `action` throws an error of that kind whose message holds every part and
/// is a sentence.
inline void compareError(const std::function<void()>& action, ErrorKind kind,
                         const std::vector<const char*>& parts) {
    const Error error = errorOf(action);
    const QString message = QString::fromUtf8(error.what());
    for (const char* part : parts)
        QVERIFY2(message.contains(QString::fromUtf8(part)),
                 qPrintable("\"" + message + "\" lacks \"" + part + "\""));
    QVERIFY2(message.endsWith('.'), qPrintable(message));
    QCOMPARE(static_cast<int>(error.kind()), static_cast<int>(kind));
}

} // namespace quantscope::test
