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
constexpr double kMostClients = 1e8;
constexpr double kLeastRate = 1e-5;
constexpr double kMostRate = 1e6;
constexpr double kShortest = 1e-9;

std::uint32_t tokens(const std::string& where, double count, std::string_view of) {
    if (!(count >= 0.5 && count <= kMostRequestTokens)) {
        throw InputError(
            where, fmt::format("{} of {} tokens", of, count),
            fmt::format("prompts and answers have 1 or more, together {} at most", kMostRequestTokens));
    }
    return static_cast<std::uint32_t>(std::lround(count));
}

void check_load(const MeanFigures& figures) {
    const bool known = figures.load == LoadKind::kRate ? figures.rate > 0 : figures.clients >= 1;
    if (!known) {
        throw InputError(figures.where, "does not say under which load it was measured",
                         "a number of clients or a rate");
    }
    if (!(figures.clients <= kMostClients))
        throw InputError(figures.where, fmt::format("{} clients", figures.clients));
    if (figures.load == LoadKind::kRate && !(figures.rate >= kLeastRate && figures.rate <= kMostRate)) {
        throw InputError(figures.where, fmt::format("{} requests a second", figures.rate),
                         fmt::format("a rate from {} to {}", kLeastRate, kMostRate));
    }
}

void check_times(const MeanFigures& figures) {
    if (figures.completed < 1)
        throw InputError(figures.where, "no request was served: there is nothing to learn from");
    if (!(figures.ttft >= kShortest && figures.ttft < kLongestRequest)) {
        throw InputError(figures.where, fmt::format("the mean time to the first token is {} s", figures.ttft),
                         "it is measured with streaming answers");
    }
    if (!(figures.tpot >= 0))
        throw InputError(figures.where, fmt::format("the mean time per output token is {} s", figures.tpot));
    const double whole = figures.ttft + figures.tpot * figures.output;
    if (!(whole < kLongestRequest)) {
        throw InputError(figures.where, fmt::format("the mean answer takes {:.6g} s", whole),
                         fmt::format("requests take {} s at most", kLongestRequest));
    }
}

}  // namespace

ObservedRun mean_run(const MeanFigures& figures) {
    check_load(figures);
    const ObservedRequest mean = sized_request(figures.where, figures.input, figures.output);
    check_times(figures);
    const double wanted =
        std::min(std::max(kLeastRequests, kRequestsPerClient * figures.clients), kMostRequests);
    const auto count = static_cast<std::size_t>(std::min(std::max(1.0, figures.completed), wanted));
    const auto jitter = static_cast<std::uint32_t>(std::min(kAnswerJitter, mean.output / 10.0));
    std::vector<ObservedRequest> requests(count);
    for (std::size_t i = 0; i < count; ++i) {
        // Multiples of the golden ratio are spread evenly, and neighbours differ.
        const double place = std::fmod(static_cast<double>(i + 1) * 0.6180339887498949, 1.0);
        requests[i].input = mean.input;
        requests[i].output =
            mean.output - jitter + static_cast<std::uint32_t>(std::lround(2 * jitter * place));
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

ObservedRequest sized_request(const std::string& where, double input, double output) {
    ObservedRequest request;
    request.input = tokens(where, input, "a prompt");
    request.output = tokens(where, output, "an answer");
    tokens(where, input + output, "a prompt and its answer");
    return request;
}

ObservedRequest timed_request(const std::string& where, double input, double output, double ttft,
                              double total) {
    ObservedRequest request = sized_request(where, input, output);
    if (!(ttft >= kShortest && ttft < kLongestRequest))
        throw InputError(where, fmt::format("its first token came {} s after it was sent", ttft));
    if (!(total < kLongestRequest) || total < ttft)
        throw InputError(
            where, fmt::format("its answer ended after {} s, its first token came after {} s", total, ttft));
    request.ttft = ttft;
    request.total = total;
    return request;
}

void begin_at_zero(std::vector<ObservedRequest>& requests, const std::string& where) {
    std::stable_sort(requests.begin(), requests.end(),
                     [](const ObservedRequest& a, const ObservedRequest& b) { return *a.at < *b.at; });
    const double first = requests.empty() ? 0 : *requests.front().at;
    const double span = requests.empty() ? 0 : *requests.back().at - first;
    if (!(span <= kLongestRun)) {
        throw InputError(where, fmt::format("the last request was sent {:.6g} s after the first", span),
                         fmt::format("a run is of {} s at most: is a start in another unit?", kLongestRun));
    }
    for (ObservedRequest& request : requests) *request.at -= first;
}

}  // namespace spillway
