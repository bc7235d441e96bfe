#pragma once

#include "core/checkpoint/model_config.h"
#include "core/data/session_data.h"
#include "core/engine/example_ids.h"
#include "core/engine/example_table.h"
#include "core/engine/ordered_sum.h"
#include "core/quant/quantizer.h"

#include <array>
#include <deque>
#include <map>

namespace quantscope {

/// What the experts of a block did with one batch of a lane.
struct ExpertRecord {
    struct Values {
        torch::Tensor rows;                  // i64 [routed], into examples · positions
        torch::Tensor weights;               // f32 [routed], the router's
        std::map<Site, torch::Tensor> sites; // [routed, width]: Gate, Up and Down
    };
    std::map<int, Values> experts; ///< those that a token reached

    void add(const ExpertRows& rows, Site site, const torch::Tensor& value);
};

/// The routing map of one block and statistics of its experts' sites, gathered batch by batch for
/// all lanes without patches: "/experts/load", "/experts/weight" [lane, layer, expert],
/// "/experts/agreement" [lane, layer, example], and "/experts/SITE/norm", "…/relative_error" for
/// gate, up and down [lane, layer, expert]. Positions 1 … T count, 0 if asked.
class ExpertStatistics {
public:
    static constexpr std::array sites = {Site::Gate, Site::Up, Site::Down};

    ExpertStatistics(const ExpertConfig& config, const MeasuredExamples& examples);

    /// One batch of a lane; from several threads.
    struct Batch {
        std::size_t lane = 0;
        std::int64_t number = 0;
        std::int64_t firstExample = 0;
        std::int64_t examples = 0;
        const Basis* basis = nullptr; ///< of the lane; null: the checkpoint's
    };
    /// @param reference  the reference lane's record of the batch; itself for the reference
    void add(const Batch& batch, const ExpertRecord& record, const ExpertRecord& reference);

    /// Together: the first rank gets the sums of all ranks' examples.
    void gather(Ranks& ranks);

    SessionData part() const;

private:
    /// Sums over tokens that came to an expert.
    enum Column : std::int64_t {
        Tokens,
        Weight,
        Shared, ///< of those, the ones that the reference sends there too
        Norm,   ///< a column a site
        RelativeError = Norm + 3,
        Columns = RelativeError + 3,
    };

    double countedTokens() const;
    torch::Tensor counted(const Batch& batch) const;
    void addAgreement(const Batch& batch, const ExpertRecord& record,
                      const ExpertRecord& reference);

    ExpertConfig m_config;
    MeasuredExamples m_examples;
    ExampleTable m_agreement;
    std::deque<OrderedSum> m_sums; ///< by lane, f64 [experts, columns]
    double m_tokens;               ///< that the sums are over
};

} // namespace quantscope
