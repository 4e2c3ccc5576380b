#include "app/learn/term_equations.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/fit/non_negative.hpp"

namespace spillway {
namespace {

constexpr std::size_t kMostRequests = 1500;
constexpr int kReweightings = 8;
constexpr double kLinearBeyond = 0.1;

void add_prompt(TermValues& counts, double tokens, double times) {
    counts[place::kPromptStep] += times;
    counts[place::kPromptToken] += times * tokens;
    counts[place::kPromptSquare] += times * tokens * tokens;
}

void add_iterations(TermValues& counts, double times, double sequences, double context) {
    counts[place::kStep] += times;
    counts[place::kSequence] += times * sequences;
    counts[place::kKvToken] += times * sequences * context;
}

double mean_tokens(const ObservedRun& run, std::uint32_t ObservedRequest::*length) {
    double sum = 0;
    for (const ObservedRequest& request : run.requests) sum += request.*length;
    return sum / static_cast<double>(run.requests.size());
}

/// The mean iteration of a run. Sequences at once by Little's law where the load is a rate.
void add_means(const ObservedRun& run, std::vector<TermEquation>& equations) {
    const double input = mean_tokens(run, &ObservedRequest::input);
    const double output = std::max(1.0, mean_tokens(run, &ObservedRequest::output));
    double sequences = run.clients;
    if (run.load == LoadKind::kRate)
        sequences = std::max(1.0, run.rate * (run.ttft + run.tpot * output));
    const double context = input + output / 2;
    TermEquation token{{}, run.tpot};
    add_iterations(token.counts, 1, sequences, context);
    add_prompt(token.counts, input, sequences / output);
    TermEquation first{{}, run.ttft};
    add_iterations(first.counts, sequences > 1 ? 1.5 : 1, sequences, context);
    add_prompt(first.counts, input, 1);
    first.counts[place::kRequest] = 1;
    if (run.tpot > 0)
        equations.push_back(token);
    equations.push_back(first);
}

/// What `other` did between two moments, seen by one that decoded then.
void add_neighbour(const ObservedRequest& other, double from, double to, TermValues& counts) {
    const double first = *other.at + other.ttft;
    const double last = *other.at + other.total;
    if (first > from && first <= to) {
        add_prompt(counts, other.input, 1);
        counts[place::kSequence] += 1;
    }
    const double overlap = std::min(last, to) - std::max(first, from);
    if (overlap <= 0 || other.output < 2)
        return;
    const double pace = (other.output - 1) / (last - first);
    const double middle = (std::max(first, from) + std::min(last, to)) / 2 - first;
    counts[place::kSequence] += pace * overlap;
    counts[place::kKvToken] += pace * overlap * (other.input + pace * middle);
}

class Neighbours {
public:
    explicit Neighbours(const ObservedRun& run) : run_(run) {
        for (const ObservedRequest& request : run.requests) longest_ = std::max(longest_, request.total);
    }

    void add_request(std::size_t number, std::vector<TermEquation>& equations) const {
        const ObservedRequest& own = run_.requests[number];
        const double first = *own.at + own.ttft;
        TermEquation decode{{}, own.total - own.ttft};
        TermEquation start{{}, own.ttft};
        double beside = 0;
        double context = 0;
        const auto look = [&](const ObservedRequest& other) {
            add_neighbour(other, first, *own.at + own.total, decode.counts);
            if (*other.at + other.ttft <= *own.at && *other.at + other.total > *own.at) {
                ++beside;
                context += other.input + other.output / 2.0;
            }
        };
        for_each_near(number, look);
        const double made = own.output - 1.0;
        add_iterations(decode.counts, made, 1, own.input + made / 2);
        add_iterations(start.counts, 1, 1, 0);
        if (beside > 0)
            add_iterations(start.counts, 0.5, beside, context / beside);
        start.counts[place::kSequence] += beside;
        start.counts[place::kKvToken] += context;
        add_prompt(start.counts, own.input, 1);
        start.counts[place::kRequest] = 1;
        if (made > 0 && decode.seconds > 0)
            equations.push_back(decode);
        if (start.seconds > 0)
            equations.push_back(start);
    }

private:
    /// Those of its worker that may have run beside it.
    template <class Look>
    void for_each_near(std::size_t number, Look&& look) const {
        const ObservedRequest& own = run_.requests[number];
        for (std::size_t i = number; i-- > 0 && *run_.requests[i].at + longest_ > *own.at;) {
            if (run_.requests[i].worker == own.worker)
                look(run_.requests[i]);
        }
        for (std::size_t i = number + 1; i < run_.requests.size(); ++i) {
            if (*run_.requests[i].at > *own.at + own.total)
                break;
            if (run_.requests[i].worker == own.worker)
                look(run_.requests[i]);
        }
    }

    const ObservedRun& run_;
    double longest_ = 0;
};

double product(const TermValues& counts, const std::vector<double>& values) {
    double sum = 0;
    for (std::size_t i = 0; i < kTermCount; ++i) sum += counts[i] * values[i];
    return sum;
}

}  // namespace

std::vector<TermEquation> term_equations(std::span<const ObservedRun> runs) {
    std::vector<TermEquation> equations;
    for (const ObservedRun& run : runs) {
        if (run.load != LoadKind::kRecorded) {
            add_means(run, equations);
            continue;
        }
        const Neighbours neighbours(run);
        const std::size_t stride = 1 + run.requests.size() / kMostRequests;
        for (std::size_t i = 0; i < run.requests.size(); i += stride) neighbours.add_request(i, equations);
    }
    return equations;
}

TermValues solve_terms(const std::vector<TermEquation>& equations) {
    std::vector<double> values;
    for (int round = 0; round < kReweightings; ++round) {
        std::vector<std::vector<double>> rows;
        std::vector<double> right;
        for (const TermEquation& one : equations) {
            const double off = values.empty() ? 0 : std::abs(product(one.counts, values) / one.seconds - 1);
            const double weight = std::sqrt(1 / std::max(1.0, off / kLinearBeyond));
            std::vector<double>& row = rows.emplace_back(one.counts.begin(), one.counts.end());
            for (double& count : row) count *= weight / one.seconds;
            right.push_back(weight);
        }
        values = fit_non_negative(rows, right);
    }
    TermValues solved{};
    std::copy(values.begin(), values.end(), solved.begin());
    return solved;
}

}  // namespace spillway
