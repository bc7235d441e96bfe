#include "core/data/error.h"
#include "core/quant/singular_increment.h"
#include "core/quant/singular_value_store.h"
#include "tests/core/quant/fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <torch/autograd.h>

#include <atomic>
#include <sstream>
#include <thread>

using namespace quantscope;
using namespace quantscope::test;

namespace {

/// Central differences in f64 with steps of 1e-5 keep about ten digits.
constexpr double differenceTolerance = 1e-8;
constexpr double exactTolerance = 1e-12;
constexpr double singlePrecision = 1e-5;
/// f32 against f64 before anything is trained, after the base was.
constexpr double startTolerance = 2e-4;
/// A code that flips at another step moves the loss a little from there on.
constexpr double trainedTolerance = 0.01;
constexpr double storedTolerance = 1e-4;

const std::vector<IncrementMask> masks = {{0, 0}, {2, 0}, {100, 0}, {-1, 4}, {-1, 100},
                                          {0, 3}, {1, 5}, {3, 2},   {2, 100}};

/// Tall, wide, square.
const std::vector<std::pair<std::int64_t, std::int64_t>> shapes = {{11, 7}, {6, 13}, {9, 9}};

std::shared_ptr<const SingularValues> factorsOf(const torch::Tensor& weight) {
    return std::make_shared<const SingularValues>(decompose(weight));
}

/// 1 where the definition says that Δ is learned.
torch::Tensor maskMatrix(const IncrementMask& mask, std::int64_t rank,
                         const torch::TensorOptions& options) {
    torch::Tensor matrix = torch::zeros({rank, rank}, options);
    for (std::int64_t i = 0; i < rank; ++i)
        for (std::int64_t j = 0; j < rank; ++j)
            if (std::abs(i - j) <= mask.band || (i < mask.square && j < mask.square))
                matrix[i][j] = 1;
    return matrix;
}

void randomize(const SingularIncrement& increment) {
    const at::NoGradGuard noGradients;
    for (torch::Tensor part : increment.parameters())
        part.copy_(torch::randn_like(part) * 0.3);
}

struct LookingAhead {
    SmallBlock block;
    torch::Tensor quantized; // [examples, tokens, hidden]
    torch::Tensor full;
    std::vector<BlockWeights> ahead;

    LookingAhead() {
        const SafetensorsFile file = openFixture("singular_values.safetensors");
        std::tie(block, quantized) = readSmallBlock(file);
        full = readTensor(file, "full_hidden");
        for (const std::string number : {"1", "2"}) {
            const auto read = [&](const std::string& name) {
                return readTensor(file, "ahead" + number + "/weight/" + name);
            };
            BlockWeights& next = ahead.emplace_back();
            next.ln1 = read("ln1");
            next.ln2 = read("ln2");
            for (Module module : allModules)
                next.linear(module).weight = read(std::string(moduleName(module)));
        }
    }

    QuantizedBlock quantize(const std::string& method, std::size_t blocksAhead = 2,
                            SingularValueStore* store = nullptr) const {
        const Batches chain({quantized.slice(0, 0, 4), quantized.slice(0, 4)});
        const Batches fullChain({full.slice(0, 0, 4), full.slice(0, 4)});
        Job job;
        BlockTask task{block.config, 0, block.weights, block.rotary, &chain, &fullChain, job};
        task.ahead = std::span(ahead).first(blocksAhead);
        task.singularValues = store;
        return makeQuantizer(parseMethodSpec(method))->quantize(task);
    }

    double loss(const QuantizedBlock& stored) const {
        const auto forward = [&](const BlockWeights& weights, const torch::Tensor& hidden) {
            return blockForwardInference(block.config, 0, weights, block.rotary, hidden);
        };
        return (forward(dequantizeBlock(block.weights, stored), quantized) -
                forward(block.weights, full))
            .square()
            .mean()
            .item<double>();
    }
};

std::vector<double> numbers(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<double>(in), {}};
}

bool sameCodes(const QuantizedBlock& a, const QuantizedBlock& b) {
    return std::all_of(allModules.begin(), allModules.end(), [&](Module module) {
        return at::equal(a.linears.at(module).codes, b.linears.at(module).codes) &&
               at::equal(a.linears.at(module).scales, b.linears.at(module).scales);
    });
}

/// The same but for the last digits of what was trained: gradients were summed in another order.
bool nearlySameCodes(const QuantizedBlock& a, const QuantizedBlock& b) {
    constexpr double tiedCodes = 0.01;       // share that may fall on the other side of a tie
    constexpr double relativeRounding = 1e-4; // of scales, after some steps of Adam
    return std::all_of(allModules.begin(), allModules.end(), [&](Module module) {
        const auto& left = a.linears.at(module);
        const auto& right = b.linears.at(module);
        return at::ne(left.codes, right.codes).to(torch::kFloat64).mean().item<double>() <=
                   tiedCodes &&
               at::allclose(left.scales, right.scales, relativeRounding, 0);
    });
}

} // namespace

class TestSingularValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { torch::manual_seed(6); }

    void decompositionsAreRecognised() {
        for (const auto& [rows, columns] : shapes) {
            const torch::Tensor weight = torch::randn({rows, columns});
            const SingularValues factors = decompose(weight);
            QVERIFY(isDecompositionOf(factors, weight));
            QVERIFY(at::allclose(at::mm(factors.left * factors.values, factors.right), weight, 0,
                                 singlePrecision));
            QVERIFY(!isDecompositionOf(factors, weight + 0.1));
            QVERIFY(!isDecompositionOf(factors, torch::randn({rows + 1, columns})));
            for (int part = 0; part < 3; ++part) { // one value of one of them is another
                SingularValues damaged{factors.left.clone(), factors.values.clone(),
                                       factors.right.clone()};
                torch::Tensor(part == 0   ? damaged.left
                              : part == 1 ? damaged.values
                                          : damaged.right)
                    .view({-1})[3]
                    .add_(0.7);
                QVERIFY(!isDecompositionOf(damaged, weight));
            }
            // The sides scaled against each other have the right product and are not orthonormal.
            QVERIFY(!isDecompositionOf({factors.left * 2, factors.values / 4, factors.right * 2},
                                       weight));
        }
    }

    void masksCountTheirEntries() {
        for (const IncrementMask& mask : masks)
            for (const std::int64_t rank : {1, 5, 12}) {
                const torch::Tensor matrix = maskMatrix(mask, rank, torch::kFloat64);
                QCOMPARE(mask.entries(rank), matrix.sum().item<std::int64_t>());
                for (std::int64_t i = 0; i < rank; ++i)
                    for (std::int64_t j = 0; j < rank; ++j)
                        QCOMPARE(mask.covers(i, j), matrix[i][j].item<double>() == 1);
            }
    }

    void matricesBeginUnchanged() {
        const torch::Tensor weight = torch::randn({9, 6});
        for (const IncrementMask& mask : masks)
            QVERIFY(at::equal(SingularIncrement(factorsOf(weight), mask).add(weight), weight));
    }

    void foldedWeightsEqualTheFactoredForm() {
        for (const auto& [rows, columns] : shapes)
            for (const IncrementMask& mask : masks) {
                const torch::Tensor weight = torch::randn({rows, columns}, torch::kFloat64);
                const auto factors = factorsOf(weight);
                const SingularIncrement increment(factors, mask);
                randomize(increment);
                const torch::Tensor dense = increment.dense();
                const torch::Tensor allowed = maskMatrix(mask, factors->rank(), torch::kFloat64);
                QVERIFY(at::equal(dense * allowed, dense));
                QCOMPARE(dense.ne(0).sum().item<std::int64_t>(), mask.entries(factors->rank()));
                const torch::Tensor factored = at::mm(
                    at::mm(factors->left, torch::diag(factors->values) + dense), factors->right);
                QVERIFY(at::allclose(increment.add(weight), factored, 0, exactTolerance));
                QVERIFY(std::abs(increment.relativeSize() -
                                 ((increment.add(weight) - weight).norm() / weight.norm())
                                     .item<double>()) < exactTolerance);
            }
    }

    void gradientsMatchFiniteDifferences() {
        constexpr double step = 1e-5;
        for (const auto& [rows, columns] : shapes)
            for (const IncrementMask& mask : masks) {
                const torch::Tensor weight = torch::randn({rows, columns}, torch::kFloat64);
                const torch::Tensor weighting = torch::randn({rows, columns}, torch::kFloat64);
                const SingularIncrement increment(factorsOf(weight), mask);
                randomize(increment);
                const auto value = [&] { // not linear in Δ
                    return (increment.add(weight).sin() * weighting).sum();
                };
                const std::vector<torch::Tensor> parameters = increment.parameters();
                const std::vector<torch::Tensor> gradients =
                    torch::autograd::grad({value()}, parameters);
                const at::NoGradGuard noGradients;
                for (std::size_t part = 0; part < parameters.size(); ++part) {
                    torch::Tensor cells = parameters[part].view({-1});
                    const torch::Tensor found = gradients[part].reshape({-1});
                    for (std::int64_t cell = 0; cell < cells.numel(); ++cell) {
                        const double kept = cells[cell].item<double>();
                        cells[cell] = kept + step;
                        const double above = value().item<double>();
                        cells[cell] = kept - step;
                        const double below = value().item<double>();
                        cells[cell] = kept;
                        QVERIFY(std::abs((above - below) / (2 * step) -
                                         found[cell].item<double>()) < differenceTolerance);
                    }
                }
            }
    }

    void gradientsMatchDenseAutograd() {
        for (const auto& [rows, columns] : shapes)
            for (const IncrementMask& mask : masks) {
                const torch::Tensor weight = torch::randn({rows, columns}, torch::kFloat64);
                const torch::Tensor weighting = torch::randn({rows, columns}, torch::kFloat64);
                const auto factors = factorsOf(weight);
                const SingularIncrement increment(factors, mask);
                randomize(increment);
                const torch::Tensor allowed = maskMatrix(mask, factors->rank(), torch::kFloat64);
                const torch::Tensor dense = increment.dense().set_requires_grad(true);
                const torch::Tensor whole =
                    at::mm(at::mm(factors->left, torch::diag(factors->values) + dense * allowed),
                           factors->right);
                const torch::Tensor wanted =
                    torch::autograd::grad({(whole.sin() * weighting).sum()}, {dense})[0];
                const std::vector<torch::Tensor> gradients = torch::autograd::grad(
                    {(increment.add(weight).sin() * weighting).sum()}, increment.parameters());
                // A step along the gradient is the same step of the dense matrix.
                const at::NoGradGuard noGradients;
                const torch::Tensor before = increment.dense();
                const std::vector<torch::Tensor> parameters = increment.parameters();
                for (std::size_t part = 0; part < parameters.size(); ++part)
                    torch::Tensor(parameters[part]).add_(gradients[part]);
                QVERIFY(at::allclose(increment.dense() - before, wanted, 0, 1e-10));
                QVERIFY(wanted.abs().sum().item<double>() > 0);
            }
    }

    void lossesMatchReference_data() {
        QTest::addColumn<QString>("method");
        const SafetensorsFile file = openFixture("singular_values.safetensors");
        for (const auto& [key, value] : file.metadata())
            if (key.starts_with("loss/"))
                QTest::newRow(key.c_str()) << QString::fromStdString(key.substr(5));
    }

    void lossesMatchReference() {
        QFETCH(QString, method);
        const LookingAhead fixture;
        const std::vector<double> expected = numbers(openFixture("singular_values.safetensors")
                                                         .metadata()
                                                         .at("loss/" + method.toStdString()));
        const QuantizedBlock quantized = fixture.quantize(method.toStdString());
        QCOMPARE(quantized.trainingLoss.size(), expected.size());
        for (std::size_t epoch = 0; epoch < expected.size(); ++epoch)
            QVERIFY2(std::abs(quantized.trainingLoss[epoch] / expected[epoch] - 1) <
                         (epoch == 0 ? startTolerance : trainedTolerance),
                     qPrintable(QString("epoch %1: %2, not %3")
                                    .arg(epoch)
                                    .arg(quantized.trainingLoss[epoch])
                                    .arg(expected[epoch])));
        if (!method.contains("horizon=0"))
            return;
        const double least =
            *std::min_element(quantized.trainingLoss.begin(), quantized.trainingLoss.end());
        QVERIFY(std::abs(fixture.loss(quantized) / least - 1) < storedTolerance);
    }

    void noBandIsLsi() {
        const LookingAhead fixture;
        const std::string options = "bits=3,group=12,base_options=epochs=1,epochs=2,lr=0.002";
        const QuantizedBlock lsi = fixture.quantize("lsi:" + options);
        const QuantizedBlock sde = fixture.quantize("sde:mask=band,band=0," + options);
        QVERIFY(sameCodes(lsi, sde));
        QCOMPARE(lsi.trainingLoss, sde.trainingLoss);
        const QuantizedBlock wider = fixture.quantize("sde:mask=band,band=1," + options);
        QVERIFY(!sameCodes(lsi, wider));
        // A square of one is in the band already; the diagonal is a square of one and the rest.
        QVERIFY(nearlySameCodes(lsi, fixture.quantize("lsi:square=1," + options)));
        QVERIFY(!nearlySameCodes(lsi, wider));
        QVERIFY(sameCodes(fixture.quantize("lsi:square=5," + options),
                          fixture.quantize("sde:mask=both,band=0,square=5," + options)));
    }

    void withoutTrainingItIsItsBase() {
        const LookingAhead fixture;
        for (const std::string base : {"omniquant", "rtn"}) {
            const std::string grid = "bits=3,group=12";
            const bool trains = base == "omniquant";
            const QuantizedBlock plain =
                fixture.quantize(base + ":" + grid + (trains ? ",epochs=2" : ""));
            const QuantizedBlock learned =
                fixture.quantize("sde:base=" + base + ",epochs=0," + grid +
                                 (trains ? ",base_options=epochs=2" : ""));
            QVERIFY(sameCodes(plain, learned));
        }
    }

    void activationsAreRoundedWhereTheBaseDoes() {
        const LookingAhead fixture;
        for (const std::string base : {"duquant", "prefixquant", "quarot"}) {
            const std::string options = base == "duquant"  ? "activation_bits=4"
                                        : base == "quarot" ? "activation_bits=4/weights=rtn"
                                                           : "activation_bits=4/search=false";
            const std::string method = ":bits=3,group=12,base=" + base + ",base_options=" + options;
            std::string own = options;
            std::replace(own.begin(), own.end(), '/', ',');
            const QuantizedBlock plain = fixture.quantize(base + ":bits=3,group=12," + own, 0);
            QVERIFY(sameCodes(plain, fixture.quantize("lsi" + method + ",epochs=0")));
            const QuantizedBlock learned =
                fixture.quantize("sde" + method + ",epochs=3,lr=0.002,horizon=1");
            QVERIFY(!sameCodes(plain, learned));
            QCOMPARE(learned.inputs.size(), plain.inputs.size());
            QVERIFY(!learned.inputs.empty());
            QVERIFY(*std::min_element(learned.trainingLoss.begin(), learned.trainingLoss.end()) <
                    learned.trainingLoss[0]);
            QVERIFY(makeQuantizer(parseMethodSpec("lsi" + method))->roundsInputs());
        }
        // QuaRot's own matrices are GPTQ's; as a base they are rounded to the nearest.
        const std::string quaRot = "lsi:bits=3,group=12,epochs=0,base=quarot";
        QVERIFY(sameCodes(fixture.quantize(quaRot),
                          fixture.quantize(quaRot + ",base_options=weights=rtn")));
    }

    void anOptionOfTheBaseReachesIt() {
        const LookingAhead fixture;
        const QuantizedBlock folded =
            fixture.quantize("lsi:bits=3,group=12,epochs=1,base_options=let=true/epochs=1");
        QVERIFY(!folded.basis.scale.empty());
        QVERIFY(folded.ln1.defined());
        for (const char* wrong :
             {"lsi:base_options=bits=3", "lsi:base_options=nonsense=1", "lsi:base_options=let",
              "lsi:base=gptq", "lsi:base=duquant,base_options=weights=gptq",
              "lsi:base=quarot,base_options=weights=gptq",
              "lsi:base_options=name=a", "sde:mask=diagonal", "sde:horizon=3", "lsi:square=-1",
              "sde:later=both", "lsi:band=1"})
            try {
                makeQuantizer(parseMethodSpec(wrong));
                QFAIL(wrong);
            } catch (const Error& error) {
                QCOMPARE(error.kind(), ErrorKind::Usage);
            }
    }

    void aBlockNeverEndsWorseThanItsBase() {
        const LookingAhead fixture;
        const QuantizedBlock quantized = fixture.quantize(
            "sde:bits=3,group=12,epochs=3,lr=9,base_options=epochs=1"); // far too fast
        QCOMPARE(*std::min_element(quantized.trainingLoss.begin(), quantized.trainingLoss.end()),
                 quantized.trainingLoss[0]);
        QVERIFY(sameCodes(quantized, fixture.quantize("omniquant:bits=3,group=12,epochs=1")));
    }

    void theLastBlocksLookAsFarAsTheyCan() {
        const LookingAhead fixture;
        const std::string method = "lsi:bits=3,group=12,epochs=2,lr=0.002,base=rtn,horizon=";
        QVERIFY(sameCodes(fixture.quantize(method + "2", 0), fixture.quantize(method + "0")));
        QVERIFY(sameCodes(fixture.quantize(method + "2", 1), fixture.quantize(method + "1")));
        QVERIFY(!sameCodes(fixture.quantize(method + "2"), fixture.quantize(method + "1")));
        QVERIFY(!sameCodes(fixture.quantize(method + "2"),
                           fixture.quantize(method + "2,later=quantized")));
        QVERIFY(
            !sameCodes(fixture.quantize(method + "2"), fixture.quantize(method + "2,lambda=0")));
    }

    void lossesAreToldWhileTraining() {
        const LookingAhead fixture;
        const Batches chain({fixture.quantized});
        const Batches full({fixture.full});
        Job job;
        BlockTask task{fixture.block.config,
                       0,
                       fixture.block.weights,
                       fixture.block.rotary,
                       &chain,
                       &full,
                       job};
        std::vector<std::vector<double>> told;
        double last = -1;
        task.trained = [&](const std::vector<double>& losses) { told.push_back(losses); };
        task.progress = [&](double share) {
            QVERIFY(share >= last && share < 1); // the base's training, then the increments'
            last = share;
        };
        const QuantizedBlock quantized =
            makeQuantizer(parseMethodSpec("sde:bits=3,group=12,epochs=3,base_options=epochs=2"))
                ->quantize(task);
        QCOMPARE(told.size(), 4U);
        QVERIFY(std::isfinite(told[0][0]) && std::isnan(told[0][1]));
        QCOMPARE(told.back(), quantized.trainingLoss);
        QVERIFY(last > 0.9);
    }

    void decompositionsAreKeptOnce() {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("kept").toStdString();
        const LookingAhead fixture;
        const std::string method = "lsi:bits=3,group=12,epochs=1,base=rtn";
        SingularValueStore store(path);
        const QuantizedBlock first = fixture.quantize(method, 0, &store);
        QCOMPARE(store.counts().made, allModules.size());
        QCOMPARE(QDir(QString::fromStdString(path.string())).entryList(QDir::Files).size(),
                 qsizetype(allModules.size()));
        fixture.quantize("sde:bits=3,group=12,epochs=1,mask=both", 0, &store); // another mask
        QCOMPARE(store.counts().made, allModules.size());
        SingularValueStore later(path); // another run
        QVERIFY(sameCodes(first, fixture.quantize(method, 0, &later)));
        QCOMPARE(later.counts().made, 0U);
        QCOMPARE(later.counts().read, allModules.size());
        QVERIFY(sameCodes(first, fixture.quantize(method, 0)));
    }

    void damagedDecompositionsAreMadeAnew() {
        const QTemporaryDir folder;
        const torch::Tensor weight = torch::randn({12, 20});
        const std::filesystem::path path = folder.path().toStdString();
        Job job;
        const std::filesystem::path file = SingularValueStore(path).fileOf(weight);
        QVERIFY(isDecompositionOf(*SingularValueStore(path).of(weight, job), weight));
        QFile whole(QString::fromStdString(file.string()));
        QVERIFY(whole.open(QIODevice::ReadOnly));
        const QByteArray sound = whole.readAll();
        whole.close();
        // Of another matrix under this one's name, cut short, empty, and a flipped byte in a
        // number.
        QByteArray flipped = sound;
        flipped[flipped.size() - 1] = char(flipped[flipped.size() - 1] ^ 0x40);
        const torch::Tensor other = torch::randn({12, 20});
        SingularValueStore(path).of(other, job);
        QFile foreign(QString::fromStdString(SingularValueStore(path).fileOf(other).string()));
        QVERIFY(foreign.open(QIODevice::ReadOnly));
        for (const QByteArray& content :
             {foreign.readAll(), sound.left(sound.size() / 2), QByteArray(), flipped}) {
            QVERIFY(whole.open(QIODevice::WriteOnly | QIODevice::Truncate));
            whole.write(content);
            whole.close();
            SingularValueStore store(path);
            QVERIFY(isDecompositionOf(*store.of(weight, job), weight));
            QCOMPARE(store.counts().made, 1U);
            QVERIFY(whole.open(QIODevice::ReadOnly));
            QCOMPARE(whole.readAll(), sound);
            whole.close();
        }
    }

    void threadsShareADecomposition() {
        const QTemporaryDir folder;
        SingularValueStore store(folder.path().toStdString());
        const torch::Tensor weight = torch::randn({60, 80});
        const Job job;
        std::vector<std::shared_ptr<const SingularValues>> found(8);
        std::vector<std::thread> threads;
        for (auto& place : found)
            threads.emplace_back([&] { place = store.of(weight, job); });
        for (std::thread& thread : threads)
            thread.join();
        for (const auto& each : found)
            QCOMPARE(each.get(), found.front().get());
        QCOMPARE(store.counts().made, 1U);
    }

    void aPlaceThatCannotBeWrittenIsAnError() {
        const QTemporaryDir folder;
        const QString blocker = folder.filePath("file");
        QFile file(blocker);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        SingularValueStore store((blocker + "/inside").toStdString());
        Job job;
        try {
            store.of(torch::randn({4, 4}), job);
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.kind(), ErrorKind::Output);
        }
    }
};

QTEST_GUILESS_MAIN(TestSingularValues)
#include "test_singular_values.moc"
