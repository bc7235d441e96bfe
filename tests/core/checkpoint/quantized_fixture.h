#pragma once

// What the fixtures of tests/data/quantized hold, and how values are compared with a tool's.

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/number_conversion.h"
#include "tests/core/checkpoint/fixture.h"
#include "tests/places.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace quantscope::test {

inline QString quantizedFixture(const QString& name) {
    return QString::fromStdString(testing::testData() + "/quantized/") + name;
}

/// f32 rounded to the nearest f16, ties to even, by arithmetic; finite values in range only.
inline std::uint16_t roundToF16(float value) {
    const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    const double magnitude = std::fabs(static_cast<double>(value));
    if (magnitude == 0)
        return sign;
    int exponent = 0;
    std::frexp(magnitude, &exponent);              // magnitude in [2^(exponent-1), 2^exponent)
    const int unit = std::max(exponent - 11, -24); // exponent of the last place
    const double places = std::nearbyint(std::ldexp(magnitude, -unit));
    // Subnormal places are the bits themselves; a normal one has its leading place implied.
    const auto bits = static_cast<std::uint32_t>(places) +
                      (unit == -24 ? 0u : static_cast<std::uint32_t>(unit + 24) << 10);
    return static_cast<std::uint16_t>(sign | bits);
}

/// Values as the bytes of a tensor of a dtype as torch names it, rounded to it.
inline QByteArray bytesIn(const QString& dtype, const std::vector<float>& values) {
    if (dtype == "float32")
        return {reinterpret_cast<const char*>(values.data()),
                static_cast<qsizetype>(values.size() * sizeof(float))};
    QByteArray bytes;
    for (const float value : values) {
        const std::uint16_t bits = dtype == "float16" ? roundToF16(value) : roundToBf16(value);
        bytes.append(static_cast<char>(bits & 0xff));
        bytes.append(static_cast<char>(bits >> 8));
    }
    return bytes;
}

inline std::vector<float> readWhole(const Checkpoint& checkpoint, const std::string& name) {
    const StoredTensor* stored = checkpoint.find(name);
    if (!stored)
        qFatal("the fixture has no tensor %s", name.c_str());
    std::vector<float> values(static_cast<std::size_t>(stored->elements()));
    checkpoint.read(*stored, 0, extentOf(*stored).rows, values);
    return values;
}

/// The expected.json of a fixture.
inline QJsonObject expectedOf(const QString& folder) {
    QFile file(folder + "/expected.json");
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be opened", qPrintable(file.fileName()));
    return QJsonDocument::fromJson(file.readAll()).object();
}

/// Fails the test unless every quantized matrix, rounded to the dtype its tool computes in, has
/// the tool's values to the bit.
inline void compareWithTool(const QString& fixture) {
    const QString folder = quantizedFixture(fixture);
    const QJsonObject expected = expectedOf(folder);
    QCOMPARE(expected.size(), 7); // q, k, v, o, gate, up, down
    const auto checkpoint = Checkpoint::open(folder.toStdString());
    for (const QString& name : expected.keys()) {
        const QJsonObject tool = expected[name].toObject();
        const std::vector<float> values = readWhole(*checkpoint, name.toStdString() + ".weight");
        const QString dtype = tool["dtype"].toString();
        const QJsonArray first = tool["first"].toArray();
        for (int i = 0; i < first.size(); ++i) {
            const double tolerance = std::fabs(first[i].toDouble()) / 128; // of bf16
            QVERIFY2(std::fabs(values[static_cast<std::size_t>(i)] - first[i].toDouble()) <=
                         tolerance,
                     qPrintable(QString("%1 [0, %2] is %3, by the tool %4")
                                    .arg(name)
                                    .arg(i)
                                    .arg(double(values[static_cast<std::size_t>(i)]))
                                    .arg(first[i].toDouble())));
        }
        const QByteArray hash =
            QCryptographicHash::hash(bytesIn(dtype, values), QCryptographicHash::Sha256).toHex();
        QVERIFY2(hash == tool["sha256"].toString().toLatin1(), qPrintable(name));
    }
}

/// Fails the test unless any rows of every matrix are those of the whole.
inline void compareSomeRows(const QString& fixture) {
    const auto checkpoint = Checkpoint::open(quantizedFixture(fixture).toStdString());
    for (const StoredTensor& tensor : checkpoint->tensors()) {
        if (tensor.type != StoredType::Quantized)
            continue;
        const std::vector<float> whole = readWhole(*checkpoint, tensor.name);
        const TensorExtent extent = extentOf(tensor);
        for (const auto& [first, rows] : {std::pair<std::int64_t, std::int64_t>{0, 1},
                                          {3, 11},
                                          {extent.rows - 1, 1},
                                          {extent.rows, 0}}) {
            std::vector<float> part(static_cast<std::size_t>(rows * extent.columns));
            checkpoint->read(tensor, first, rows, part);
            QVERIFY2(std::equal(part.begin(), part.end(), whole.begin() + first * extent.columns),
                     tensor.name.c_str());
        }
    }
}

/// Fails the test unless codes, scales and zeros make the same numbers.
inline void comparePacked(const QString& fixture) {
    const auto checkpoint = Checkpoint::open(quantizedFixture(fixture).toStdString());
    for (const StoredTensor& tensor : checkpoint->tensors()) {
        const TensorExtent extent = extentOf(tensor);
        const auto packed = checkpoint->packed(tensor, std::min<std::int64_t>(2, extent.rows),
                                               std::min<std::int64_t>(5, extent.rows - 1));
        QCOMPARE(packed.has_value(), tensor.type == StoredType::Quantized);
        if (!packed)
            continue;
        std::vector<float> rows(static_cast<std::size_t>(5 * extent.columns));
        checkpoint->read(tensor, 2, 5, rows);
        for (std::int64_t i = 0; i < 5 * extent.columns; ++i) {
            const std::int64_t row = i / extent.columns;
            const auto at = static_cast<std::size_t>(
                row * packed->groups +
                packed->groupIndex[static_cast<std::size_t>(i % extent.columns)]);
            QVERIFY(packed->codes[static_cast<std::size_t>(i)] < (1 << packed->bits));
            QCOMPARE(rows[static_cast<std::size_t>(i)],
                     packed->scales[at] *
                         (float(packed->codes[static_cast<std::size_t>(i)]) - packed->zeros[at]));
        }
    }
}

/// A fixture copied to where it may be changed; its model.safetensors as tensors.
class FixtureCopy {
public:
    FixtureCopy(const QString& fixture, const QString& folder) : m_folder(folder) {
        QDir().mkpath(folder);
        QFile config(quantizedFixture(fixture) + "/config.json");
        QFile file(quantizedFixture(fixture) + "/model.safetensors");
        if (!config.open(QIODevice::ReadOnly) || !file.open(QIODevice::ReadOnly))
            qFatal("the fixture %s cannot be opened", qPrintable(fixture));
        m_config = QJsonDocument::fromJson(config.readAll()).object();
        const QByteArray content = file.readAll();
        std::uint64_t length = 0;
        std::memcpy(&length, content.constData(), sizeof(length));
        const auto dataStart = static_cast<qsizetype>(8 + length);
        const QJsonObject header =
            QJsonDocument::fromJson(content.mid(8, static_cast<qsizetype>(length))).object();
        for (const QString& name : header.keys()) {
            if (name == "__metadata__")
                continue;
            const QJsonObject described = header[name].toObject();
            Tensor tensor;
            tensor.name = name.toStdString();
            tensor.dtype = described["dtype"].toString().toStdString();
            for (const QJsonValue& extent : described["shape"].toArray())
                tensor.shape.push_back(extent.toInteger());
            const QJsonArray offsets = described["data_offsets"].toArray();
            tensor.bytes = content.mid(dataStart + offsets[0].toInteger(),
                                       offsets[1].toInteger() - offsets[0].toInteger());
            tensors.push_back(tensor);
        }
    }

    std::vector<Tensor> tensors;

    Tensor& tensor(const std::string& name) { return tensorNamed(tensors, name); }

    void remove(const std::string& name) {
        std::erase_if(tensors, [&](const Tensor& tensor) { return tensor.name == name; });
    }

    /// A key of quantization_config.
    void set(const QString& key, const QJsonValue& value) {
        QJsonObject quantization = m_config["quantization_config"].toObject();
        quantization[key] = value;
        m_config["quantization_config"] = quantization;
    }

    QJsonObject quantization() const { return m_config["quantization_config"].toObject(); }

    /// Writes it and reads every tensor of it.
    void readAll() const {
        writeFile(m_folder + "/config.json", QJsonDocument(m_config).toJson());
        writeFile(m_folder + "/model.safetensors", safetensors(tensors));
        const auto checkpoint = Checkpoint::open(m_folder.toStdString());
        for (const StoredTensor& stored : checkpoint->tensors())
            readWhole(*checkpoint, stored.name);
    }

    void refuse(const std::vector<const char*>& parts) const {
        compareError([&] { readAll(); }, ErrorKind::Input, parts);
    }

private:
    QString m_folder;
    QJsonObject m_config;
};

} // namespace quantscope::test
