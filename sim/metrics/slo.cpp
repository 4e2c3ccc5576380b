#include "sim/metrics/slo.hpp"

#include <array>
#include <cctype>
#include <vector>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

struct MeasureName {
    std::string_view name;
    SloMeasure measure;
};
constexpr std::array kLatencies{
    MeasureName{"total", SloMeasure::kTotal},
    MeasureName{"ttft", SloMeasure::kTtft},
    MeasureName{"tpot", SloMeasure::kTpot},
    MeasureName{"queue", SloMeasure::kQueue},
};
constexpr std::array kShares{
    MeasureName{"cold", SloMeasure::kColdShare},
    MeasureName{"exposed", SloMeasure::kExposedShare},
    MeasureName{"failed", SloMeasure::kFailed},
};
constexpr std::string_view kForms =
    "write `p95 ttft < 2s`, `p95 warm ttft < 1s`, `mean total < 5s`, `cold share < 1%` or `failed < 0.1%`, "
    "each with ` for class=NAME` if it is for one class";

const MeasureName* find_measure(std::span<const MeasureName> table, std::string_view name) {
    for (const MeasureName& entry : table) {
        if (entry.name == name)
            return &entry;
    }
    return nullptr;
}

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

/// Reads one objective from left to right.
class Parser {
public:
    Parser(std::string_view text, const std::string& where, std::span<const std::string> classes)
        : text_(text), where_(where), classes_(classes) {}

    Slo parse() {
        Slo slo = read_figure_words();
        if (word_ != "<")
            fail(fmt::format("expected \"<\" {}", found()), "a bound is written with \"<\"");
        read_limit(slo);
        next();
        if (!word_.empty())
            read_class(slo);
        return slo;
    }

    Slo parse_unbounded() {
        Slo slo = read_figure_words();
        if (word_ == "<")
            fail("has a bound", "a figure alone is `p95 ttft`, `mean total` or `cold share`");
        if (!word_.empty())
            read_class(slo);
        return slo;
    }

private:
    Slo read_figure_words() {
        Slo slo;
        slo.text = std::string(text_);
        next();
        if (!read_share(slo))
            read_latency(slo);
        return slo;
    }

    /// The next word: "<" and everything like it stands alone, the rest ends at a space or "<".
    void next() {
        while (end_ < text_.size() && is_space(text_[end_])) ++end_;
        begin_ = end_;
        const auto is_comparison = [](char c) { return c == '<' || c == '>' || c == '='; };
        if (end_ < text_.size() && is_comparison(text_[end_])) {
            while (end_ < text_.size() && is_comparison(text_[end_])) ++end_;
        } else {
            while (end_ < text_.size() && !is_space(text_[end_]) && !is_comparison(text_[end_])) ++end_;
        }
        word_ = text_.substr(begin_, end_ - begin_);
    }

    bool read_share(Slo& slo) {
        const MeasureName* entry = find_measure(kShares, word_);
        if (entry == nullptr)
            return false;
        slo.figure = SloFigure::kShare;
        slo.measure = entry->measure;
        next();
        if (word_ == "share") {
            next();
        } else if (slo.measure != SloMeasure::kFailed) {
            fail(fmt::format("expected \"share\" after \"{}\" {}", entry->name, found()), kForms);
        }
        return true;
    }

    void read_latency(Slo& slo) {
        read_figure(slo);
        next();
        if (word_ == "warm") {
            slo.scope = SloScope::kWarm;
            next();
        }
        const MeasureName* entry = find_measure(kLatencies, word_);
        if (entry == nullptr) {
            std::vector<std::string_view> names{"warm"};
            for (const MeasureName& known : kLatencies) names.push_back(known.name);
            unknown("measure", names);
        }
        slo.measure = entry->measure;
        next();
    }

    void read_figure(Slo& slo) {
        if (word_ == "mean") {
            slo.figure = SloFigure::kMean;
        } else if (word_ == "max") {
            slo.figure = SloFigure::kMax;
        } else if (word_.size() > 1 && word_[0] == 'p' && parse_number(word_.substr(1))) {
            const double percent = *parse_number(word_.substr(1));
            if (!(percent > 0 && percent < 100)) {
                fail(fmt::format("a percentile lies between 0 and 100, not at \"{}\"", word_),
                     "\"max\" bounds the largest");
            }
            slo.figure = SloFigure::kPercentile;
            slo.quantile = Quantile::from_percent(percent);
        } else {
            unknown("figure", {"p50", "p95", "p99", "p99.9", "mean", "max", "cold", "exposed", "failed"});
        }
    }

    void read_limit(Slo& slo) {
        next();
        if (slo.figure == SloFigure::kShare) {
            const std::optional<double> share = parse_ratio(word_);
            if (!share || *share <= 0 || *share > 1) {
                fail(fmt::format("expected a share above 0%, at most 100%, such as \"1%\" {}", found()), {});
            }
            slo.share_limit = *share;
            return;
        }
        const std::optional<Duration> limit = parse_duration(word_);
        if (!limit || *limit <= Duration::zero()) {
            fail(fmt::format("expected a duration above 0 with its unit, such as \"2s\" {}", found()),
                 parse_number(word_) ? "a number alone has no unit: add ms, s, m or h" : "");
        }
        slo.limit = *limit;
    }

    void read_class(Slo& slo) {
        if (word_ != "for")
            fail(fmt::format("expected \"for class=NAME\" or the end {}", found()), {});
        next();
        if (word_ != "class")
            fail(fmt::format("expected \"class=NAME\" after \"for\" {}", found()), {});
        next();
        if (word_ != "=")
            fail(fmt::format("expected \"=\" after \"class\" {}", found()), {});
        std::string_view name = text_.substr(end_);
        while (!name.empty() && is_space(name.front())) name.remove_prefix(1);
        while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
        for (std::size_t i = 0; i < classes_.size(); ++i) {
            if (classes_[i] == name)
                slo.class_id = ClassId{static_cast<std::uint32_t>(i)};
        }
        if (slo.class_id)
            return;
        begin_ = text_.size() - name.size();
        word_ = name;
        unknown("class", {classes_.begin(), classes_.end()});
    }

    std::string found() const {
        return word_.empty() ? "but it ends" : fmt::format("but found \"{}\"", word_);
    }

    std::string place() const { return fmt::format("{}: \"{}\", column {}", where_, text_, begin_ + 1); }

    [[noreturn]] void fail(const std::string& problem, std::string_view hint) const {
        throw InputError(place(), problem, std::string(hint.empty() ? kForms : hint));
    }

    [[noreturn]] void unknown(std::string_view kind, const std::vector<std::string_view>& names) const {
        if (word_.empty())
            fail(fmt::format("expected a {} {}", kind, found()), {});
        throw unknown_name(place(), kind, word_, names);
    }

    std::string_view text_;
    const std::string& where_;
    std::span<const std::string> classes_;
    std::size_t begin_ = 0;  // of the present word
    std::size_t end_ = 0;
    std::string_view word_;
};

}  // namespace

Slo parse_slo(std::string_view text, const std::string& where, std::span<const std::string> classes) {
    return Parser(text, where, classes).parse();
}

Slo parse_figure(std::string_view text, const std::string& where, std::span<const std::string> classes) {
    return Parser(text, where, classes).parse_unbounded();
}

}  // namespace spillway
