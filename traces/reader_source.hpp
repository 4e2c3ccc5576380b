#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/reader_params.hpp"
#include "traces/registry.hpp"
#include "traces/trace_rows.hpp"

namespace spillway {

/// Places the rows of a trace in simulated time, in order, between the context's begin and end, and counts
/// them in the context's ReadLog. One row is read ahead.
class ReaderSource final : public RequestSource {
public:
    /// Reads the first row. Throws InputError when there is none to use and the context refuses that.
    ReaderSource(std::unique_ptr<TraceRows> rows, const ReaderOptions& options, const std::string& file,
                 const SourceContext& context);

    std::optional<SimTime> next_time() override { return next_; }
    /// Throws InputError when the row behind the popped one is broken or before it in time.
    void pop(Arrival& arrival) override;

private:
    void give_blocks();
    void advance();
    SimTime place_row();
    [[noreturn]] void refuse_bad_row() const;
    [[noreturn]] void refuse_empty() const;

    std::unique_ptr<TraceRows> rows_;
    ReaderOptions options_;
    ReadCount& count_;
    ClassId class_id_;
    SimTime begin_;
    std::optional<SimTime> end_;
    std::uint64_t leaf_;
    std::uint64_t given_ = 0;
    std::optional<SimTime> zero_;  // the moment that a stamp of 0 means; empty before the first row
    std::optional<SimTime> last_;
    TraceRow row_;
    std::optional<SimTime> next_;
    std::vector<std::uint64_t> given_blocks_;
};

}  // namespace spillway
