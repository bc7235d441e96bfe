#include "core/engine/site_statistics.h"

#include <QTest>
#include <torch/torch.h>

#include <cmath>

using namespace quantscope;

class TestSiteStatistics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Mean |r| of each dimension by plain loops; padding and position 0 do not count, batches may
    /// come in any order.
    void meanAbsoluteOfDimensions() {
        constexpr std::int64_t positions = 5, width = 3;
        ExampleIds examples;
        examples.positions = positions;
        examples.lengths = {5, 3, 1, 4};
        examples.ids.assign(4 * positions, 0);
        torch::manual_seed(4);
        const torch::Tensor values = torch::randn({4, positions, width});
        SiteStatistics statistics(examples, {"reference", "a"}, {Site::ResidMid, Site::Ln2}, false,
                                  false);
        const torch::Tensor none;
        for (const std::int64_t first : {2, 0}) {
            const torch::Tensor batch = values.slice(0, first, first + 2).contiguous();
            statistics.add(0, Site::ResidMid, first, batch, none);
            statistics.add(0, Site::Ln2, first, batch * 7, none);
            statistics.add(1, Site::ResidMid, first, batch * 5, batch);
        }
        const SessionData part = statistics.part();
        const NamedArray& means = part.require("/activations/resid_mid/mean_absolute");
        QCOMPARE(means.shape, (std::vector<std::size_t>{1, width}));
        for (std::int64_t dimension = 0; dimension < width; ++dimension) {
            double sum = 0;
            int count = 0;
            for (std::int64_t example = 0; example < 4; ++example)
                for (std::int64_t t = 1; t < examples.lengths[std::size_t(example)]; ++t) {
                    sum += std::fabs(values[example][t][dimension].item<double>());
                    ++count;
                }
            const double found = means.at({0, std::size_t(dimension)});
            QVERIFY(std::fabs(found - sum / count) < 1e-6 * found); // kept in single precision
        }
        // Without r there is nothing to say of its dimensions.
        SiteStatistics other(examples, {"reference"}, {Site::Ln2}, false, false);
        other.add(0, Site::Ln2, 0, values, none);
        QVERIFY(!other.part().find("/activations/resid_mid/mean_absolute"));
    }
};

QTEST_GUILESS_MAIN(TestSiteStatistics)
#include "test_site_statistics.moc"
