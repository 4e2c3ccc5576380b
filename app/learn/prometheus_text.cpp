#include "app/learn/prometheus_text.hpp"

#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

/// Takes one line apart.
class Line {
public:
    Line(std::string_view rest, std::string where) : rest_(rest), where_(std::move(where)) {}

    PrometheusSample sample() {
        PrometheusSample sample;
        sample.where = where_;
        sample.name = take_until("{ \t");
        if (!rest_.empty() && rest_.front() == '{')
            take_labels(sample);
        skip_blanks();
        sample.value = number(take_until(" \t\r"));
        return sample;
    }

private:
    [[noreturn]] void refuse(std::string_view problem) const {
        throw InputError(where_, std::string(problem), "a line of /metrics: name{label=\"value\"} number");
    }

    std::string take_until(std::string_view ends) {
        const std::size_t end = std::min(rest_.find_first_of(ends), rest_.size());
        std::string taken(rest_.substr(0, end));
        rest_.remove_prefix(end);
        if (taken.empty())
            refuse("is no sample");
        return taken;
    }

    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

    void take_labels(PrometheusSample& sample) {
        rest_.remove_prefix(1);
        for (;;) {
            rest_.remove_prefix(std::min(rest_.find_first_not_of(" ,"), rest_.size()));
            if (rest_.empty())
                refuse("has labels without an end");
            if (rest_.front() == '}')
                break;
            const std::string name = take_until("=");
            if (rest_.empty())
                refuse("has labels without an end");
            rest_.remove_prefix(1);
            sample.labels[name] = take_quoted();
        }
        rest_.remove_prefix(1);
    }

    std::string take_quoted() {
        if (rest_.empty() || rest_.front() != '"')
            refuse("has a label without quotes");
        std::string value;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                return value;
            }
            if (rest_[i] == '\\' && i + 1 < rest_.size())
                ++i;
            value += rest_[i];
        }
        refuse("has a label whose quotes do not end");
    }

    double number(const std::string& text) const {
        if (text == "NaN")
            return std::numeric_limits<double>::quiet_NaN();
        if (text == "+Inf" || text == "Inf" || text == "-Inf")
            return std::numeric_limits<double>::infinity() * (text.front() == '-' ? -1 : 1);
        if (const auto value = parse_number(text))
            return *value;
        refuse(fmt::format("\"{}\" is not a number", text));
    }

    std::string_view rest_;
    std::string where_;
};

}  // namespace

std::vector<PrometheusSample> parse_prometheus(std::string_view text, const std::string& where) {
    std::vector<PrometheusSample> samples;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first == std::string_view::npos || line[first] == '#')
            continue;
        samples.push_back(Line(line.substr(first), fmt::format("{}:{}", where, number)).sample());
    }
    return samples;
}

}  // namespace spillway
