// Blocks put together from several methods, and the recipes that say how.

#include "core/data/error.h"
#include "core/quant/folding.h"
#include "core/quant/mixed.h"
#include "core/quant/option_value.h"
#include "core/quant/recipe.h"
#include "core/quant/recipe_forms.h"
#include "core/quant/weight_error.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

#include "fixture.h"

using namespace quantscope;
using quantscope::test::Batches;
using quantscope::test::makeSmallBlock;
using quantscope::test::relativeDifference;
using quantscope::test::SmallBlock;

namespace {

constexpr double rounding = 1e-5; ///< relative, of f32 products of scales

using Choice = std::map<Module, std::size_t>;

Choice allOf(std::size_t candidate) {
    Choice choice;
    for (const Module module : allModules)
        choice[module] = candidate;
    return choice;
}

/// A matrix as the checkpoint has it.
torch::Tensor plainMatrix(const QuantizedBlock& block, Module module) {
    return unfold(block.linears.at(module).dequantize(), block.basis, module);
}

} // namespace

class TestMixed : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    SmallBlock m_block;
    std::unique_ptr<Batches> m_text;
    std::map<std::size_t, QuantizedBlock> m_made; ///< 0: rtn, 1: awq, 2: gptq, 3: nf4

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    QString refusal(const Choice& choice) const {
        try {
            mixBlocks(m_block.weights, m_made, choice);
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return "nothing was refused";
    }

    static QString recipeRefusal(const std::string& file) {
        try {
            readRecipe(file);
        } catch (const Error& error) {
            return error.kind() == ErrorKind::Input ? QString::fromUtf8(error.what()) : "kind";
        }
        return "nothing was refused";
    }

    static Recipe smallRecipe() {
        Recipe recipe;
        recipe.candidates = parseMethodSpecs(
            "rtn:bits=3,group=64,gptq:bits=4,group=32,act_order=true,awq:bits=4,group=64");
        recipe.layers = {allOf(0), allOf(2)};
        recipe.layers[0][Module::Down] = 1;
        recipe.objective = "mean-kl";
        recipe.budget = 3.5;
        recipe.bitsPerWeight = 3.4375;
        return recipe;
    }

private Q_SLOTS:
    void initTestCase() {
        torch::manual_seed(3);
        m_block = makeSmallBlock(32, 48, 4, 4, 24);
        m_text = std::make_unique<Batches>(
            std::vector<torch::Tensor>{torch::randn({3, 24, 32}), torch::randn({3, 24, 32})});
        m_made[0] = m_block.quantize("rtn:bits=3,group=16", *m_text);
        m_made[1] = m_block.quantize("awq:bits=4,group=16", *m_text);
        m_made[2] = m_block.quantize("gptq:bits=3,group=16", *m_text);
        m_made[3] = m_block.quantize("nf4", *m_text);
        QVERIFY(m_made[1].basis.scale.contains(Site::OInput));
        QVERIFY(m_made[1].basis.scale.contains(Site::DownInput));
    }

    void oneMethodIsThatMethod() {
        for (const auto& [candidate, block] : m_made) {
            const QuantizedBlock mixed = mixBlocks(m_block.weights, m_made, allOf(candidate));
            QVERIFY(mixed.basis == block.basis);
            for (const Module module : allModules) {
                QVERIFY(
                    at::equal(mixed.linears.at(module).scales, block.linears.at(module).scales));
                QVERIFY(at::equal(mixed.linears.at(module).codes, block.linears.at(module).codes));
            }
            QCOMPARE(mixed.ln1.defined(), block.ln1.defined());
            if (mixed.ln1.defined())
                QVERIFY(at::allclose(mixed.ln1, block.ln1));
        }
    }

    void everyMatrixIsItsMethods_data() {
        QTest::addColumn<QList<int>>("choice"); // of q, k, v, o, gate, up, down
        QTest::newRow("o and down fold") << QList<int>{0, 2, 0, 1, 2, 0, 1};
        QTest::newRow("qkv and gate, up fold") << QList<int>{1, 1, 1, 0, 1, 1, 2};
        QTest::newRow("all but the matrices before") << QList<int>{0, 0, 2, 1, 0, 2, 1};
        QTest::newRow("levels where nothing is folded") << QList<int>{3, 0, 3, 2, 3, 3, 0};
    }

    void everyMatrixIsItsMethods() {
        QFETCH(QList<int>, choice);
        Choice chosen;
        for (int m = 0; m < choice.size(); ++m)
            chosen[allModules[static_cast<std::size_t>(m)]] = static_cast<std::size_t>(choice[m]);
        const QuantizedBlock mixed = mixBlocks(m_block.weights, m_made, chosen);
        BlockWeights plain = m_block.weights; // norms as they were, matrices unfolded
        for (const Module module : allModules) {
            const QuantizedBlock& own = m_made.at(chosen.at(module));
            QVERIFY(at::equal(mixed.linears.at(module).codes, own.linears.at(module).codes));
            QCOMPARE(mixed.linears.at(module).bitsPerWeight(),
                     own.linears.at(module).bitsPerWeight());
            QVERIFY(relativeDifference(plainMatrix(mixed, module), plainMatrix(own, module)) <
                    rounding);
            plain.linear(module).weight = plainMatrix(own, module);
        }
        // The block computes what one without any folding does.
        const torch::Tensor input = m_text->batch(0);
        const torch::Tensor expected =
            blockForward(m_block.config, 0, plain, m_block.rotary, input);
        const torch::Tensor output = blockForward(
            m_block.config, 0, dequantizeBlock(m_block.weights, mixed), m_block.rotary, input);
        QVERIFY(relativeDifference(output, expected) < rounding);
    }

    void whatCannotStandTogetherIsRefused() {
        Choice choice = allOf(0);
        choice[Module::K] = 1; // its input is folded, that of q and v is not
        QVERIFY2(refusal(choice).contains("read the same input"), qPrintable(refusal(choice)));
        choice = allOf(0);
        choice[Module::V] = 3; // levels by block of the flattened matrix
        choice[Module::O] = 1;
        QVERIFY2(refusal(choice).contains("table of levels"), qPrintable(refusal(choice)));
    }

    void matricesAreLeftInSixteenBits() {
        const QuantizedBlock left = m_block.quantize("none:type=f16", *m_text);
        for (const auto& [module, linear] : left.linears) {
            QCOMPARE(linear.bitsPerWeight(), 16.0);
            const torch::Tensor& weight = m_block.weights.linear(module).weight;
            QVERIFY(at::equal(linear.dequantize(), weight.to(torch::kFloat16).to(torch::kFloat32)));
        }
        // As they are, numbers of this block need 32.
        const QuantizedBlock exact = m_block.quantize("none", *m_text);
        QCOMPARE(exact.linears.at(Module::Q).bitsPerWeight(), 32.0);
        QVERIFY(at::equal(exact.linears.at(Module::Q).dequantize(),
                          m_block.weights.linear(Module::Q).weight));
        m_made[4] = left;
        Choice choice = allOf(0);
        choice[Module::V] = 4; // its rows would have to be scaled
        choice[Module::O] = 1;
        QVERIFY2(refusal(choice).contains("is not quantized"), qPrintable(refusal(choice)));
    }

    void mixedIsAMethod() {
        Recipe recipe;
        recipe.candidates = parseMethodSpecs("rtn:bits=3,group=16,awq:bits=4,group=16");
        recipe.layers = {allOf(0)};
        recipe.layers[0][Module::Down] = 1;
        writeRecipe(path("recipe.json"), recipe);
        MethodSpec spec{"mixed", {{"recipe", path("recipe.json")}}, "mixed"};
        Job job;
        const BlockTask task{m_block.config, 0,  m_block.weights, m_block.rotary, m_text.get(),
                             m_text.get(),   job};
        const auto quantizer = makeQuantizer(spec);
        QVERIFY(quantizer->needsFullChain() && !quantizer->needsQuantizedChain());
        const QuantizedBlock block = quantizer->quantize(task);
        QVERIFY(relativeDifference(plainMatrix(block, Module::Down),
                                   plainMatrix(m_made[1], Module::Down)) < rounding);
        QVERIFY(
            at::equal(block.linears.at(Module::Q).codes, m_made[0].linears.at(Module::Q).codes));
        // A recipe for another model, one that names another recipe, and none.
        recipe.layers.push_back(allOf(0));
        writeRecipe(path("recipe.json"), recipe);
        QVERIFY_EXCEPTION_THROWN(makeQuantizer(spec)->quantize(task), Error);
        recipe.layers.pop_back();
        recipe.layers[0].erase(Module::Up);
        writeRecipe(path("recipe.json"), recipe);
        QVERIFY_EXCEPTION_THROWN(makeQuantizer(spec)->quantize(task), Error);
        recipe.candidates[1] = {"mixed", {{"recipe", path("recipe.json")}}, "mixed"};
        writeRecipe(path("nested.json"), recipe);
        QVERIFY_EXCEPTION_THROWN(makeQuantizer({"mixed", {{"recipe", path("nested.json")}}, "x"}),
                                 Error);
        QVERIFY_EXCEPTION_THROWN(makeQuantizer(parseMethodSpec("mixed")), Error);
    }

    void recipesAreReadBack() {
        const Recipe recipe = smallRecipe();
        writeRecipe(path("back.json"), recipe);
        const Recipe read = readRecipe(path("back.json"));
        QCOMPARE(read.layers, recipe.layers);
        QCOMPARE(read.budget, recipe.budget);
        QCOMPARE(read.bitsPerWeight, recipe.bitsPerWeight);
        QCOMPARE(read.objective, recipe.objective);
        for (std::size_t c = 0; c < recipe.candidates.size(); ++c)
            QCOMPARE(toString(read.candidates[c]), toString(recipe.candidates[c]));
        QCOMPARE(recipeText(read, RecipeForm::Json), recipeText(recipe, RecipeForm::Json));
    }

    void damagedRecipesAreRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("no object") << "[]";
        QTest::newRow("other format") << R"({"format":"x","version":1})";
        QTest::newRow("newer") << R"({"format":"quantscope-recipe","version":2})";
        const QString start = R"({"format":"quantscope-recipe","version":1,)";
        QTest::newRow("no candidates") << start + R"("candidates":[],"layers":[{}]})";
        QTest::newRow("candidate is a number") << start + R"("candidates":[3],"layers":[{}]})";
        QTest::newRow("no layers") << start + R"("candidates":["rtn"],"layers":[]})";
        QTest::newRow("unknown matrix") << start + R"("candidates":["rtn"],"layers":[{"x":0}]})";
        QTest::newRow("candidate there is not")
            << start + R"("candidates":["rtn"],"layers":[{"q":1}]})";
        QTest::newRow("negative candidate")
            << start + R"("candidates":["rtn"],"layers":[{"q":-1}]})";
        QTest::newRow("unknown key") << start + R"("candidates":["rtn"],"layers":[{}],"more":1})";
    }

    void damagedRecipesAreRefused() {
        QFETCH(QString, text);
        std::ofstream(path("damaged.json")) << text.toStdString();
        const QString said = recipeRefusal(path("damaged.json"));
        QVERIFY2(said.contains("damaged.json"), qPrintable(said));
    }

    void formsOfOtherPrograms() {
        const Recipe recipe = smallRecipe();
        const auto gptq = nlohmann::json::parse(recipeText(recipe, RecipeForm::GptqModel));
        QCOMPARE(gptq.at("bits").get<int>(), 4); // awq's, of 7 matrices against 6
        QCOMPARE(gptq.at("dynamic").size(), std::size_t{7});
        const auto& down = gptq.at("dynamic").at(R"(+:^model\.layers\.0\.mlp\.down_proj$)");
        QCOMPARE(down.at("group_size").get<int>(), 32);
        QVERIFY(down.at("desc_act").get<bool>());
        const auto stage = nlohmann::json::parse(recipeText(recipe, RecipeForm::LlmCompressor));
        const auto& modifiers = stage.at("quant_stage").at("quant_modifiers");
        QCOMPARE(modifiers.size(), std::size_t{3});
        const auto& rounded =
            modifiers.at("QuantizationModifier").at("config_groups").at("group_0");
        QCOMPARE(rounded.at("targets").size(), std::size_t{6});
        QCOMPARE(rounded.at("weights").at("num_bits").get<int>(), 3);
        const QString types = QString::fromStdString(recipeText(recipe, RecipeForm::LlamaCpp));
        QCOMPARE(types.count('\n'), 14);
        QVERIFY(types.contains("^blk\\.0\\.attn_q\\.weight$=q3_K\n"));
        QVERIFY(types.contains("^blk\\.1\\.ffn_down\\.weight$=q4_K\n"));
        Recipe other = recipe;
        other.candidates[0] = parseMethodSpec("nf4");
        QVERIFY_EXCEPTION_THROWN(recipeText(other, RecipeForm::GptqModel), Error);
        other.candidates[0] = parseMethodSpec("hqq:bits=3");
        QVERIFY_EXCEPTION_THROWN(recipeText(other, RecipeForm::LlmCompressor), Error);
        QVERIFY_EXCEPTION_THROWN(parseRecipeForm("x"), Error);
    }

    void otherProgramsLeaveWhatIsNotQuantized() {
        Recipe recipe = smallRecipe();
        recipe.candidates.push_back(parseMethodSpec("none:type=f16"));
        recipe.layers[1] = allOf(3);
        const auto gptq = nlohmann::json::parse(recipeText(recipe, RecipeForm::GptqModel));
        QCOMPARE(gptq.at("bits").get<int>(), 3); // never those of what is left
        QVERIFY(gptq.at("dynamic").contains(R"(-:^model\.layers\.1\.self_attn\.q_proj$)"));
        QCOMPARE(gptq.at("dynamic").size(), std::size_t{8}); // seven are left, down differs
        const QString groups =
            QString::fromStdString(recipeText(recipe, RecipeForm::LlmCompressor));
        QVERIFY(groups.contains("layers\\\\.0") && !groups.contains("layers\\\\.1"));
        const QString types = QString::fromStdString(recipeText(recipe, RecipeForm::LlamaCpp));
        QVERIFY(types.contains("^blk\\.1\\.attn_q\\.weight$=f16\n"));
        recipe.layers[0] = allOf(3);
        for (const RecipeForm form : {RecipeForm::GptqModel, RecipeForm::LlmCompressor})
            QVERIFY_EXCEPTION_THROWN(recipeText(recipe, form), Error);
    }

    void optionsWithTheirDefaults() {
        QCOMPARE(*optionValue(parseMethodSpec("gptq:bits=3"), "bits"), std::string("3"));
        QCOMPARE(*optionValue(parseMethodSpec("gptq"), "group"), std::string("128"));
        QCOMPARE(*optionValue(parseMethodSpec("nf3"), "bits"), std::string("3"));
        QVERIFY(!optionValue(parseMethodSpec("nf4"), "group"));
    }
};

QTEST_GUILESS_MAIN(TestMixed)
#include "test_mixed.moc"
