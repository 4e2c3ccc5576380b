#include "app/backtest/served_log.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "sim/core/error.hpp"
#include "traces/registry.hpp"

namespace spillway {
namespace {

/// Requests and tokens of those that completed.
struct AnswerSum {
    std::uint64_t requests = 0;
    std::uint64_t tokens = 0;
};

}  // namespace

std::string ServedLog::where(const ServedRequest& request) const {
    return request.line == 0 ? name : fmt::format("{}:{}", name, request.line);
}

ServedLog read_trace_as_log(const std::string& file, const std::string& reader) {
    ServedLog log;
    log.name = file;
    log.format = reader;
    log.classes = {""};
    EntityCounter entities;
    ReadLog reads;
    const SourceContext context{{1, 0}, {}, SimTime{}, std::nullopt, 0, {}, entities, reads};
    const ConfigNode node = ConfigNode::object(
        file, {{"source", ConfigNode::text(file, reader)}, {"file", ConfigNode::text(file, file)}});
    const std::unique_ptr<RequestSource> source = make_source(node, context);
    while (source->next_time()) {
        ServedRequest& request = log.requests.emplace_back();
        source->pop(request.sent);
        request.prefix_blocks.assign(request.sent.prefix_blocks.begin(), request.sent.prefix_blocks.end());
        request.sent.prefix_blocks = {};
    }
    return log;
}

void fill_unknown_answers(ServedLog& log) {
    std::vector<AnswerSum> sums(log.classes.size());
    for (const ServedRequest& request : log.requests) {
        if (request.outcome != Outcome::kCompleted)
            continue;
        AnswerSum& sum = sums[request.class_index];
        ++sum.requests;
        sum.tokens += request.sent.output_tokens;
    }
    std::uint64_t filled = 0;
    for (ServedRequest& request : log.requests) {
        const AnswerSum& sum = sums[request.class_index];
        if (request.outcome == Outcome::kCompleted || request.sent.output_tokens > 0 || sum.tokens == 0)
            continue;
        request.sent.output_tokens =
            static_cast<std::uint32_t>((sum.tokens + sum.requests / 2) / sum.requests);
        ++filled;
    }
    if (filled > 0)
        log.notes.push_back(
            fmt::format("{} did not complete, and how long their answers would have been is not known: "
                        "they are replayed with the mean answer of their class",
                        show_counted(filled, "request")));
}

}  // namespace spillway
