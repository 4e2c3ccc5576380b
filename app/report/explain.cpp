#include "app/report/explain.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace spillway {
namespace {

constexpr std::array<std::string_view, 9> kTriggers{"start", "tick",  "unserved", "queue age", "idle",
                                                    "ready", "freed", "wake",     "arrived"};

}  // namespace

void ExplainWriter::decided(const DecisionRecord& decision) {
    fmt::print(out_, "{:>14.6f} s  {:<12} {:>4} -> {:<4} {:<10} {} (saw {:g}, threshold {:g})",
               to_seconds(decision.at), pools_[decision.pool.value], decision.before, decision.after,
               kTriggers[static_cast<std::size_t>(decision.why)], decision.rule, decision.observed,
               decision.threshold);
    if (decision.wanted != decision.after)
        fmt::print(out_, ", wanted {}", decision.wanted);
    if (decision.at < SimTime{})
        out_ << ", in the warm-up";
    out_ << '\n';
}

}  // namespace spillway
