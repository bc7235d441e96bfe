// Values that a watcher knows beforehand: what only leads to them is left out, and the block goes
// on as if they had been put in place of what it computed.

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/model_shape.h"
#include "core/model/block.h"
#include "core/model/block_loader.h"
#include "tests/places.h"

#include <QtTest>

#include <filesystem>
#include <vector>

using namespace quantscope;

namespace {

constexpr std::int64_t tokens = 12;
constexpr std::int64_t layer = 1;

/// Goes on with another value at one site, and notes what it was shown.
class Replacement final : public SiteWatcher {
public:
    Replacement(Site site, torch::Tensor value) : m_site(site), m_value(std::move(value)) {}

    bool wants(Site site) const override { return site == m_site || site == alsoWanted; }
    torch::Tensor at(Site site, const torch::Tensor& value) override {
        seen.push_back(site);
        return site == m_site ? m_value : value;
    }
    torch::Tensor known(Site site) override {
        return isKnown && site == m_site ? m_value : torch::Tensor();
    }

    bool isKnown = false;
    Site alsoWanted = Site::ResidPre;
    std::vector<Site> seen;

private:
    Site m_site;
    torch::Tensor m_value;
};

} // namespace

class TestKnownSites : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void replace_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"llama_plain", "gpt_neox", "cohere", "opt", "gemma2"})
            QTest::newRow(model) << model;
    }

    void replace() {
        QFETCH(QString, model);
        at::NoGradGuard guard;
        torch::manual_seed(1);
        const auto checkpoint = Checkpoint::open(std::filesystem::path(testing::testData()) /
                                                 "models" / model.toStdString());
        const ModelConfig& config = checkpoint->config();
        const BlockWeights block = loadBlock(*checkpoint, layer);
        const RotaryTables rotary = makeRotaryTables(config, tokens);
        const torch::Tensor hidden = torch::randn({2, tokens, config.hiddenSize});
        for (const auto forward : {&blockForward, &blockForwardInference})
            for (const Site site : {Site::AttnOut, Site::Gate, Site::Up, Site::Down}) {
                if (!hasSite(config, layer, site))
                    continue;
                const torch::Tensor value = torch::randn({2, tokens, siteWidth(config, site)});
                const auto run = [&](Replacement& watcher) {
                    return forward(config, layer, block, rotary, hidden, &watcher);
                };
                Replacement computed(site, value);
                Replacement known(site, value);
                known.isKnown = true;
                const torch::Tensor expected = run(computed);
                QVERIFY(at::equal(run(known), expected));
                QVERIFY(
                    !at::equal(expected, forward(config, layer, block, rotary, hidden, nullptr)));
                // The replaced site was shown to the one that needs its value, not to the other.
                QCOMPARE(computed.seen, (std::vector<Site>{Site::ResidPre, site}));
                QCOMPARE(known.seen, (std::vector<Site>{Site::ResidPre}));
            }
    }

    /// Who wants to see what leads to a site gets to see it.
    void leadingSiteIsWanted() {
        at::NoGradGuard guard;
        const auto checkpoint =
            Checkpoint::open(std::filesystem::path(testing::testData()) / "models" / "llama_plain");
        const ModelConfig& config = checkpoint->config();
        const torch::Tensor hidden = torch::randn({1, tokens, config.hiddenSize});
        Replacement watcher(Site::AttnOut, torch::randn({1, tokens, config.hiddenSize}));
        watcher.isKnown = true;
        watcher.alsoWanted = Site::V;
        blockForwardInference(config, layer, loadBlock(*checkpoint, layer),
                              makeRotaryTables(config, tokens), hidden, &watcher);
        QCOMPARE(watcher.seen, (std::vector<Site>{Site::V, Site::AttnOut}));
    }
};

QTEST_APPLESS_MAIN(TestKnownSites)
#include "test_known_sites.moc"
