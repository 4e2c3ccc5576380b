#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/learn/observed.hpp"
#include "models/learned/learned_file.hpp"

namespace spillway {

/// What the user says of the endpoint; what is empty nobody said.
struct EndpointFacts {
    std::string llm;
    std::string gpu;
    int gpus = 1;
    std::optional<Precision> weights;
    std::string scheduler = "vllm";
    std::optional<std::uint32_t> max_sequences;
    std::optional<std::uint32_t> max_batched_tokens;
    std::optional<std::uint64_t> kv_blocks;
};

/// A coefficient and how well it is known.
struct TermFinding {
    std::string_view name;
    double seconds = 0;
    double standard_error = 0;  ///< a share
    std::string why_not;        ///< it is 0 because the data do not tell it; empty: they do
};

/// Medians of absolute errors of mean TTFT and TPOT, shares, and of how many figures.
struct EngineErrors {
    double ttft = 0;
    double tpot = 0;
    std::size_t figures = 0;
};

struct EngineFit {
    LearnedEngine engine;
    std::vector<TermFinding> terms;  ///< in the order of kEngineTerms
    double condition = 0;
    EngineErrors fitted;
    std::optional<EngineErrors> left_out;  ///< of sites that the fit did not see; empty: too few
    std::size_t requests = 0;              ///< that were replayed
    std::size_t requests_there = 0;        ///< that the files have
    std::size_t runs = 0;
};

/// A fit, or why there is none.
struct EngineFinding {
    std::optional<EngineFit> fit;
    std::string why_not;
};

/// Learns an iteration's coefficients from the runs. Starts from term_equations and goes on by ReplayFit;
/// then the term is taken out whose standard error is beyond 30 % or that has vanished, the last one in the
/// order of kEngineTerms first, until all that are left are known. At last one is put back that makes the fit
/// better by a quarter, and taken out without which it is as good. Takes seconds. Throws InputError for facts
/// that contradict each other, and for an engine that the catalogue does not know.
EngineFinding learn_engine(const Observed& observed, const EndpointFacts& facts);

}  // namespace spillway
