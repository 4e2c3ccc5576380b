#include "app/learn/mean_run.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kRequestsPerClient = 20;
constexpr double kLeastRequests = 600;
constexpr double kMostRequests = 4000;
constexpr double kAnswerJitter = 10;
constexpr double kMostCount = 1e8;
constexpr double kLongest = 1e5;

std::uint32_t tokens(const std::string& where, double count, std::string_view of) {
    if (!(count >= 0.5 && count <= kMostCount))
        throw InputError(where, fmt::format("{} of {} tokens", of, count),
                         "prompts and answers have 1 or more");
    return static_cast<std::uint32_t>(std::lround(count));
}

void check_load(const MeanFigures& figures) {
    const bool known = figures.load == LoadKind::kRate ? figures.rate > 0 : figures.clients >= 1;
    if (!known) {
        throw InputError(figures.where, "does not say under which load it was measured",
                         "a number of clients or a rate");
    }
    if (figures.clients > kMostCount)
        throw InputError(figures.where, fmt::format("{} clients", figures.clients));
}

void check_times(const MeanFigures& figures) {
    if (figures.completed < 1)
        throw InputError(figures.where, "no request was served: there is nothing to learn from");
    if (!(figures.ttft > 0 && figures.ttft < kLongest)) {
        throw InputError(figures.where, fmt::format("the mean time to the first token is {} s", figures.ttft),
                         "it is measured with streaming answers");
    }
    if (!(figures.tpot >= 0 && figures.tpot < kLongest))
        throw InputError(figures.where, fmt::format("the mean time per output token is {} s", figures.tpot));
}

}  // namespace

ObservedRun mean_run(const MeanFigures& figures) {
    check_load(figures);
    check_times(figures);
    const std::uint32_t input = tokens(figures.where, figures.input, "prompts");
    const std::uint32_t output = tokens(figures.where, figures.output, "answers");
    const double wanted =
        std::min(std::max(kLeastRequests, kRequestsPerClient * figures.clients), kMostRequests);
    const auto count = static_cast<std::size_t>(std::min(std::max(1.0, figures.completed), wanted));
    const auto jitter = static_cast<std::uint32_t>(std::min(kAnswerJitter, output / 10.0));
    std::vector<ObservedRequest> requests(count);
    for (std::size_t i = 0; i < count; ++i) {
        // Multiples of the golden ratio are spread evenly, and neighbours differ.
        const double place = std::fmod(static_cast<double>(i + 1) * 0.6180339887498949, 1.0);
        requests[i].input = input;
        requests[i].output = output - jitter + static_cast<std::uint32_t>(std::lround(2 * jitter * place));
    }
    return mean_run(figures, std::move(requests));
}

ObservedRun mean_run(const MeanFigures& figures, std::vector<ObservedRequest> requests) {
    check_load(figures);
    check_times(figures);
    ObservedRun run;
    run.where = figures.where;
    run.load = figures.load;
    run.clients = static_cast<std::uint32_t>(std::max(0L, std::lround(figures.clients)));
    run.rate = figures.rate;
    run.requests = std::move(requests);
    run.ttft = figures.ttft;
    run.tpot = figures.tpot;
    return run;
}

ObservedRequest timed_request(const std::string& where, double input, double output, double ttft,
                              double total) {
    ObservedRequest request;
    request.input = tokens(where, input, "a prompt");
    request.output = tokens(where, output, "an answer");
    if (!(ttft > 0 && ttft < kLongest))
        throw InputError(where, fmt::format("its first token came {} s after it was sent", ttft));
    if (!(total < kLongest) || total < ttft)
        throw InputError(
            where, fmt::format("its answer ended after {} s, its first token came after {} s", total, ttft));
    request.ttft = ttft;
    request.total = total;
    return request;
}

void begin_at_zero(std::vector<ObservedRequest>& requests) {
    std::stable_sort(requests.begin(), requests.end(),
                     [](const ObservedRequest& a, const ObservedRequest& b) { return *a.at < *b.at; });
    const double first = requests.empty() ? 0 : *requests.front().at;
    for (ObservedRequest& request : requests) *request.at -= first;
}

}  // namespace spillway
