#include "core/data/error.h"
#include "core/data/method_spec.h"

#include <QtTest/QtTest>

using namespace quantscope;

class TestMethodSpec : public QObject {
    Q_OBJECT

    static QByteArray usageError(const std::function<void()>& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.kind() == ErrorKind::Usage ? error.what() : "";
        }
        return "";
    }

private Q_SLOTS:
    void parses() {
        const MethodSpec spec = parseMethodSpec("gptq:bits=3,group=64,act_order=true");
        QCOMPARE(spec.method, std::string("gptq"));
        QCOMPARE(spec.options.size(), std::size_t{3});
        QCOMPARE(spec.options.at("bits"), std::string("3"));
        QCOMPARE(spec.options.at("act_order"), std::string("true"));
        QCOMPARE(spec.lane, std::string("gptq:bits=3,group=64,act_order=true"));
        // Options are an ordered map: the written form is alphabetical, whatever came first.
        QCOMPARE(toString(spec), std::string("gptq:act_order=true,bits=3,group=64"));
    }

    void withoutOptions() {
        for (const char* text : {"nf4", "nf4:"}) {
            const MethodSpec spec = parseMethodSpec(text);
            QCOMPARE(spec.method, std::string("nf4"));
            QVERIFY(spec.options.empty());
            QCOMPARE(toString(spec), std::string("nf4"));
        }
    }

    void laneNameIsNoOption() {
        const MethodSpec spec = parseMethodSpec("rtn:name=mine,bits=4");
        QCOMPARE(spec.lane, std::string("mine"));
        QCOMPARE(toString(spec), std::string("rtn:bits=4"));
    }

    void valuesMayHoldEqualsSigns() {
        QCOMPARE(parseMethodSpec("a:b=c=d").options.at("b"), std::string("c=d"));
    }

    void refused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("empty") << ""
                               << "has no name";
        QTest::newRow("no name") << ":bits=3"
                                 << "has no name";
        QTest::newRow("no value") << "rtn:bits="
                                  << "\"bits=\" is not of the form";
        QTest::newRow("no key") << "rtn:=3"
                                << "\"=3\" is not of the form";
        QTest::newRow("no equals") << "rtn:bits"
                                   << "\"bits\" is not of the form";
        QTest::newRow("gap") << "rtn:bits=3,,group=2"
                             << "\"\" is not of the form";
        QTest::newRow("twice") << "rtn:bits=3,bits=4"
                               << "the option bits is given twice";
    }

    void refused() {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const QByteArray message = usageError([&] { parseMethodSpec(text.toStdString()); });
        QVERIFY2(message.contains(part.toUtf8()), message.constData());
    }

    void byteSizes_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<quint64>("bytes");
        QTest::newRow("plain") << "1073741824" << quint64{1073741824};
        QTest::newRow("B") << "17B" << quint64{17};
        QTest::newRow("kB") << "2kB" << quint64{2000};
        QTest::newRow("KiB") << "2KiB" << quint64{2048};
        QTest::newRow("MB") << "512MB" << quint64{512000000};
        QTest::newRow("GiB") << "4GiB" << quint64{4} * 1024 * 1024 * 1024;
        QTest::newRow("half") << "1.5GiB" << quint64{1610612736};
        QTest::newRow("TB") << "2TB" << quint64{2000000000000};
    }

    void byteSizes() {
        QFETCH(QString, text);
        QFETCH(quint64, bytes);
        QCOMPARE(quint64{parseByteSize(text.toStdString())}, bytes);
    }

    void byteSizesRefused_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "GiB", "4XB", "4 GiB more", "-1", "-4GiB", "0", "0.5", "nan",
                                 "inf", "1e300GiB", "4gib", "0x10"})
            QTest::newRow(*text ? text : "empty") << text;
    }

    void byteSizesRefused() {
        QFETCH(QString, text);
        const QByteArray message = usageError([&] { parseByteSize(text.toStdString()); });
        QVERIFY2(!message.isEmpty() && message.contains(text.toUtf8()), qPrintable(text));
    }

    void formatsByteSizes() {
        QCOMPARE(formatByteSize(0), std::string("0 B"));
        QCOMPARE(formatByteSize(1023), std::string("1023 B"));
        QCOMPARE(formatByteSize(1610612736), std::string("1.50 GiB"));
        QCOMPARE(formatByteSize(24ull << 30), std::string("24.0 GiB"));
        QCOMPARE(formatByteSize(250ull << 20), std::string("250 MiB"));
    }

    /// What is written is read back to within the digits shown.
    void formattedSizesParseBack() {
        for (std::uint64_t bytes = 1; bytes < (1ull << 50); bytes = bytes * 3 + 7) {
            std::string text = formatByteSize(bytes);
            text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
            const double back = static_cast<double>(parseByteSize(text));
            QVERIFY2(std::fabs(back - double(bytes)) <= 0.06 * double(bytes), text.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestMethodSpec)
#include "test_method_spec.moc"
