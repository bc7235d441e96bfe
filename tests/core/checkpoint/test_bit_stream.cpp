#include "core/checkpoint/bit_stream.h"
#include "core/checkpoint/transpose.h"

#include <QtTest/QtTest>

#include <random>
#include <vector>

using namespace quantscope;

/// Values of a few bits in words, against their bits written one by one.
class TestBitStream : public QObject {
    Q_OBJECT

    static constexpr std::int64_t count = 101; // no multiple of anything

    static std::vector<std::uint8_t> someValues(int bits) {
        std::mt19937 random(static_cast<unsigned>(bits));
        std::vector<std::uint8_t> values(count);
        for (std::uint8_t& value : values)
            value = static_cast<std::uint8_t>(random() & ((1u << bits) - 1));
        return values;
    }

    static std::vector<std::uint32_t> pack(const std::vector<std::uint8_t>& values, int bits,
                                           BitLayout layout) {
        std::vector<bool> stream;
        for (const std::uint8_t value : values) {
            const int left = 32 - static_cast<int>(stream.size() % 32);
            if (layout == BitLayout::PerWord && left < bits)
                stream.insert(stream.end(), static_cast<std::size_t>(left), true); // not to be read
            for (int bit = 0; bit < bits; ++bit)
                stream.push_back((value >> bit) & 1);
        }
        std::vector<std::uint32_t> words((stream.size() + 31) / 32);
        for (std::size_t bit = 0; bit < stream.size(); ++bit)
            words[bit / 32] |= std::uint32_t{stream[bit]} << (bit % 32);
        return words;
    }

private Q_SLOTS:
    void unpacksEveryWidth() {
        for (int bits = 1; bits <= 8; ++bits)
            for (const BitLayout layout : {BitLayout::Dense, BitLayout::PerWord}) {
                const std::vector<std::uint8_t> values = someValues(bits);
                const std::vector<std::uint32_t> words = pack(values, bits, layout);
                QCOMPARE(static_cast<std::int64_t>(words.size()),
                         bitStreamWords(count, bits, layout));
                std::vector<std::uint8_t> out(values.size());
                unpackBits(words, bits, layout, out);
                QVERIFY2(out == values, qPrintable(QString::number(bits)));
            }
    }

    void unpacksLineAfterLine() {
        const std::vector<std::uint8_t> values = someValues(3);
        std::vector<std::uint32_t> words = pack(values, 3, BitLayout::Dense);
        const std::size_t lineWords = words.size();
        words.resize(2 * lineWords); // the second line is zeros
        std::vector<std::uint8_t> out(2 * values.size(), 0xff);
        unpackLines(words, 3, BitLayout::Dense, 2, out);
        std::vector<std::uint8_t> expected = values;
        expected.resize(2 * values.size());
        QCOMPARE(out, expected);
    }

    void transposes() {
        std::vector<int> values(37 * 70); // [70, 37], neither a multiple of a tile
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<int>(i);
        const std::vector<int> turned = transposed(values, 70); // [37, 70]
        for (std::size_t line = 0; line < 70; ++line)
            for (std::size_t i = 0; i < 37; ++i)
                QCOMPARE(turned[i * 70 + line], static_cast<int>(line * 37 + i));
        QVERIFY(transposed(std::vector<int>(), 0).empty());
    }
};

QTEST_GUILESS_MAIN(TestBitStream)
#include "test_bit_stream.moc"
