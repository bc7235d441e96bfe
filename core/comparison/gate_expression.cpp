#include "core/comparison/gate_expression.h"

#include "core/comparison/gate_tokens.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace quantscope {

struct GateExpression::Node {
    enum class Kind {
        Number,
        Value,
        BareBase,
        Negative,
        Absolute,
        Arithmetic,
        Compare,
        Not,
        Logic
    };

    Kind kind = Kind::Number;
    std::string sign; ///< of Arithmetic and Compare; "and" or "or" of Logic
    double number = 0;
    MetricReference metric;
    GateValue value = GateValue::Candidate;
    std::vector<std::unique_ptr<Node>> children;
    std::size_t begin = 0; ///< first character in the condition, from 0
    std::size_t end = 0;   ///< one past the last

    bool isCondition() const {
        return kind == Kind::Compare || kind == Kind::Not || kind == Kind::Logic;
    }
};

namespace {

using Node = GateExpression::Node;
using NodePointer = std::unique_ptr<Node>;
using Kind = Node::Kind;

constexpr int deepestNesting = 64;

bool isComparison(const GateToken& token) {
    if (token.kind != GateTokenKind::Sign)
        return false;
    for (const char* sign : {"<", "<=", ">", ">=", "==", "!="})
        if (token.text == sign)
            return true;
    return false;
}

template <typename Visit>
void visitNodes(Node& node, const Visit& visit) {
    visit(node);
    for (const NodePointer& child : node.children)
        visitNodes(*child, visit);
}

/// Recursive descent; every function parses one rule of the grammar.
class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text), m_tokens(gateTokens(text)) {}

    NodePointer parse() {
        NodePointer root = parseOr();
        if (current().kind != GateTokenKind::End)
            refuse(current().place, "an operator, \"and\", \"or\" or the end",
                   describeToken(current()));
        requireCondition(*root, "a comparison such as kl > 0.1");
        return root;
    }

private:
    const GateToken& current() const { return m_tokens[m_at]; }

    [[noreturn]] void refuse(std::size_t place, const std::string& expected,
                             const std::string& found) const {
        refuseCondition(m_text, place, expected, found);
    }

    bool isWord(const char* word) const {
        return current().kind == GateTokenKind::Word && current().text == word;
    }
    bool isSign(const char* sign) const {
        return current().kind == GateTokenKind::Sign && current().text == sign;
    }

    /// Takes a sign, or says what was expected.
    void takeSign(const char* sign, const std::string& purpose) {
        if (!isSign(sign))
            refuse(current().place, fmt::format("\"{}\" {}", sign, purpose),
                   describeToken(current()));
        ++m_at;
    }

    std::size_t endOfLast() const {
        std::size_t end = m_at < m_tokens.size() ? current().place - 1 : m_text.size();
        while (end > 0 && (m_text[end - 1] == ' ' || m_text[end - 1] == '\t'))
            --end;
        return end;
    }

    NodePointer node(Kind kind, std::size_t begin) const {
        auto made = std::make_unique<Node>();
        made->kind = kind;
        made->begin = begin;
        made->end = endOfLast();
        return made;
    }

    NodePointer join(Kind kind, const std::string& sign, NodePointer left,
                     NodePointer right) const {
        NodePointer made = node(kind, left->begin);
        made->sign = sign;
        made->children.push_back(std::move(left));
        made->children.push_back(std::move(right));
        return made;
    }

    void requireCondition(const Node& node, const std::string& expected) const {
        if (!node.isCondition())
            refuse(node.begin + 1, expected, "a number that is not compared with anything");
    }
    void requireNumber(const Node& node) const {
        if (node.isCondition())
            refuse(node.begin + 1, "a number", "a condition");
    }

    NodePointer parseOr() { return parseLogic("or", &Parser::parseAnd); }
    NodePointer parseAnd() { return parseLogic("and", &Parser::parseNot); }

    NodePointer parseLogic(const char* word, NodePointer (Parser::*operand)()) {
        NodePointer left = (this->*operand)();
        while (isWord(word)) {
            requireCondition(*left, fmt::format("a comparison before \"{}\"", word));
            ++m_at;
            NodePointer right = (this->*operand)();
            requireCondition(*right, fmt::format("a comparison after \"{}\"", word));
            left = join(Kind::Logic, word, std::move(left), std::move(right));
        }
        return left;
    }

    NodePointer parseNot() {
        if (!isWord("not"))
            return parseComparison();
        const Nesting nesting(*this);
        const std::size_t begin = current().place - 1;
        ++m_at;
        NodePointer operand = parseNot();
        requireCondition(*operand, "a comparison after \"not\"");
        NodePointer made = node(Kind::Not, begin);
        made->children.push_back(std::move(operand));
        return made;
    }

    NodePointer parseComparison() {
        NodePointer left = parseSum();
        if (!isComparison(current()))
            return left;
        requireNumber(*left);
        const std::string sign = current().text;
        ++m_at;
        NodePointer right = parseSum();
        requireNumber(*right);
        if (isComparison(current()))
            refuse(current().place, "\"and\", \"or\" or the end (comparisons do not chain)",
                   describeToken(current()));
        NodePointer made = join(Kind::Compare, sign, std::move(left), std::move(right));
        resolveBase(*made);
        return made;
    }

    /// Gives "base" alone the metric of its comparison.
    void resolveBase(Node& comparison) const {
        std::vector<MetricReference> named;
        std::vector<Node*> bare;
        visitNodes(comparison, [&](Node& each) {
            if (each.kind == Kind::BareBase)
                bare.push_back(&each);
            else if (each.kind == Kind::Value &&
                     std::find(named.begin(), named.end(), each.metric) == named.end())
                named.push_back(each.metric);
        });
        for (Node* base : bare) {
            if (named.size() != 1)
                refuse(base->begin + 1, "base:METRIC",
                       named.empty() ? "\"base\" in a comparison that names no metric"
                                     : "\"base\" in a comparison that names several metrics");
            base->kind = Kind::Value;
            base->metric = named.front();
            base->value = GateValue::Baseline;
        }
    }

    NodePointer parseSum() { return parseArithmetic("+", "-", &Parser::parseProduct); }
    NodePointer parseProduct() { return parseArithmetic("*", "/", &Parser::parseFactor); }

    NodePointer parseArithmetic(const char* one, const char* other,
                                NodePointer (Parser::*operand)()) {
        NodePointer left = (this->*operand)();
        while (isSign(one) || isSign(other)) {
            requireNumber(*left);
            const std::string sign = current().text;
            ++m_at;
            NodePointer right = (this->*operand)();
            requireNumber(*right);
            left = join(Kind::Arithmetic, sign, std::move(left), std::move(right));
        }
        return left;
    }

    NodePointer parseFactor() {
        const Nesting nesting(*this);
        const std::size_t begin = current().place - 1;
        if (current().kind == GateTokenKind::Number) {
            const double number = current().number;
            ++m_at;
            NodePointer made = node(Kind::Number, begin);
            made->number = number;
            return made;
        }
        if (isSign("-"))
            return parseUnary(Kind::Negative, begin);
        if (isSign("(")) {
            ++m_at;
            NodePointer inner = parseOr();
            takeSign(")", "for the \"(\" at character " + std::to_string(begin + 1));
            inner->begin = begin;
            inner->end = endOfLast();
            return inner;
        }
        if (isWord("abs")) {
            ++m_at;
            if (!isSign("("))
                refuse(current().place, "\"(\" after abs", describeToken(current()));
            --m_at;
            return parseUnary(Kind::Absolute, begin);
        }
        return parseValue(begin);
    }

    NodePointer parseUnary(Kind kind, std::size_t begin) {
        ++m_at;
        NodePointer operand = parseFactor();
        requireNumber(*operand);
        NodePointer made = node(kind, begin);
        made->children.push_back(std::move(operand));
        return made;
    }

    NodePointer parseValue(std::size_t begin) {
        if (current().kind != GateTokenKind::Word)
            refuse(current().place, "a metric, a number or \"(\"", describeToken(current()));
        GateValue which = GateValue::Candidate;
        for (const auto& [word, value] :
             {std::pair{"base", GateValue::Baseline}, std::pair{"diff", GateValue::Difference},
              std::pair{"diff_low", GateValue::DifferenceLow},
              std::pair{"diff_high", GateValue::DifferenceHigh}})
            if (isWord(word)) {
                ++m_at;
                if (value == GateValue::Baseline && !isSign(":"))
                    return node(Kind::BareBase, begin);
                takeSign(":", fmt::format("and a metric after {}", word));
                which = value;
                break;
            }
        MetricReference reference;
        if (isWord("group")) {
            ++m_at;
            takeSign(":", "and the name of a group after group");
            if (current().kind != GateTokenKind::Word && current().kind != GateTokenKind::Quoted)
                refuse(current().place, "the name of a group", describeToken(current()));
            if (current().text.empty())
                refuse(current().place, "the name of a group", "an empty one");
            reference.group = current().text;
            ++m_at;
            takeSign(":", "and a metric after the group");
        }
        reference.metric = parseMetric();
        if (!reference.group.empty() && reference.metric.kind == MetricKind::BitsPerWeight)
            refuse(m_tokens[m_at - 1].place, "a metric of examples", "\"bits_per_weight\"");
        NodePointer made = node(Kind::Value, begin);
        made->metric = reference;
        made->value = which;
        return made;
    }

    Metric parseMetric() {
        const auto found =
            current().kind == GateTokenKind::Word ? findMetric(current().text) : std::nullopt;
        if (!found) {
            std::string known;
            for (const MetricDescription& metric : comparisonMetrics())
                known += (known.empty() ? "" : ", ") + metric.name;
            refuse(current().place, "a metric (" + known + ", kl_p and a percentage)",
                   describeToken(current()));
        }
        ++m_at;
        return found->metric;
    }

    /// Bounds the recursion: a condition comes from a file or a command line of anyone.
    class Nesting {
    public:
        explicit Nesting(Parser& parser) : m_depth(parser.m_depth) {
            if (++m_depth > deepestNesting)
                parser.refuse(parser.current().place,
                              fmt::format("at most {} levels of nesting", deepestNesting), "more");
        }
        ~Nesting() { --m_depth; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;

    private:
        int& m_depth;
    };

    std::string_view m_text;
    std::vector<GateToken> m_tokens;
    std::size_t m_at = 0;
    int m_depth = 0;
};

class Evaluation {
public:
    using ValueOf = std::function<double(const MetricReference&, GateValue)>;

    Evaluation(const std::string& text, const ValueOf& valueOf)
        : m_text(text)
        , m_valueOf(valueOf) {}

    /// Every comparison is evaluated, so that what was not measured never goes unnoticed.
    bool condition(const Node& node) {
        if (node.kind == Kind::Not)
            return !condition(*node.children[0]);
        if (node.kind == Kind::Logic) {
            const bool left = condition(*node.children[0]);
            const bool right = condition(*node.children[1]);
            return node.sign == "and" ? left && right : left || right;
        }
        const double left = number(*node.children[0]);
        const double right = number(*node.children[1]);
        const bool holds = compare(left, node.sign, right);
        m_detail += fmt::format("{}{} {} {} is {}", m_detail.empty() ? "" : "; ",
                                side(*node.children[0], left), node.sign,
                                side(*node.children[1], right), holds);
        return holds;
    }

    std::string takeDetail() { return std::move(m_detail); }

private:
    static bool compare(double left, const std::string& sign, double right) {
        if (sign == "<")
            return left < right;
        if (sign == "<=")
            return left <= right;
        if (sign == ">")
            return left > right;
        if (sign == ">=")
            return left >= right;
        return sign == "==" ? left == right : left != right;
    }

    std::string source(const Node& node) const {
        return m_text.substr(node.begin, node.end - node.begin);
    }

    /// "1.1 * base (0.22)"; a number stands for itself.
    std::string side(const Node& node, double value) const {
        return node.kind == Kind::Number ? source(node)
                                         : fmt::format("{} ({:.6g})", source(node), value);
    }

    double number(const Node& node) const {
        switch (node.kind) {
        case Kind::Number:
            return node.number;
        case Kind::Negative:
            return -number(*node.children[0]);
        case Kind::Absolute:
            return std::fabs(number(*node.children[0]));
        case Kind::Arithmetic:
            return arithmetic(node);
        default:
            break;
        }
        const double value = m_valueOf(node.metric, node.value);
        if (std::isnan(value))
            throw Error(ErrorKind::Input,
                        fmt::format("The condition \"{}\" cannot be decided: {} was not measured.",
                                    m_text, source(node)));
        return value;
    }

    double arithmetic(const Node& node) const {
        const double left = number(*node.children[0]);
        const double right = number(*node.children[1]);
        if (node.sign == "/" && right == 0)
            throw Error(ErrorKind::Input,
                        fmt::format("The condition \"{}\" cannot be decided: {} divides by zero.",
                                    m_text, source(node)));
        const double value = node.sign == "+"   ? left + right
                             : node.sign == "-" ? left - right
                             : node.sign == "*" ? left * right
                                                : left / right;
        if (!std::isfinite(value))
            throw Error(ErrorKind::Input,
                        fmt::format("The condition \"{}\" cannot be decided: {} is no finite "
                                    "number.",
                                    m_text, source(node)));
        return value;
    }

    const std::string& m_text;
    const ValueOf& m_valueOf;
    std::string m_detail;
};

} // namespace

GateExpression GateExpression::parse(std::string_view text) {
    GateExpression expression;
    expression.m_text = text;
    std::unique_ptr<Node> root = Parser(text).parse();
    visitNodes(*root, [&](Node& node) {
        auto& all = expression.m_metrics;
        if (node.kind == Kind::Value && std::find(all.begin(), all.end(), node.metric) == all.end())
            all.push_back(node.metric);
    });
    expression.m_root = std::move(root);
    return expression;
}

GateExpression::Outcome GateExpression::evaluate(
    const std::function<double(const MetricReference&, GateValue)>& valueOf) const {
    Evaluation evaluation(m_text, valueOf);
    Outcome outcome;
    outcome.holds = evaluation.condition(*m_root);
    outcome.detail = evaluation.takeDetail();
    return outcome;
}

} // namespace quantscope
