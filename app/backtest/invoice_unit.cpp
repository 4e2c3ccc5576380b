#include "app/backtest/invoice_unit.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace spillway {
namespace {

constexpr Int128 kNsOfMillisecond = 1'000'000;
constexpr Int128 kNsOfSecond = 1'000'000'000;
constexpr Int128 kNsOfMinute = 60 * kNsOfSecond;
constexpr Int128 kNsOfHour = 60 * kNsOfMinute;
constexpr Int128 kNsOfDay = 24 * kNsOfHour;

struct UnitWord {
    std::string_view word;
    Int128 size;
};
constexpr std::array kTimeWords{UnitWord{"ms", kNsOfMillisecond}, UnitWord{"millisecond", kNsOfMillisecond},
                                UnitWord{"s", kNsOfSecond},       UnitWord{"sec", kNsOfSecond},
                                UnitWord{"second", kNsOfSecond},  UnitWord{"m", kNsOfMinute},
                                UnitWord{"min", kNsOfMinute},     UnitWord{"minute", kNsOfMinute},
                                UnitWord{"h", kNsOfHour},         UnitWord{"hr", kNsOfHour},
                                UnitWord{"hour", kNsOfHour},      UnitWord{"day", kNsOfDay}};
constexpr std::array kByteWords{UnitWord{"b", 1},
                                UnitWord{"byte", 1},
                                UnitWord{"kb", 1'000},
                                UnitWord{"mb", 1'000'000},
                                UnitWord{"megabyte", 1'000'000},
                                UnitWord{"gb", 1'000'000'000},
                                UnitWord{"gigabyte", 1'000'000'000},
                                UnitWord{"tb", 1'000'000'000'000},
                                UnitWord{"terabyte", 1'000'000'000'000},
                                UnitWord{"kib", Int128{1} << 10},
                                UnitWord{"mib", Int128{1} << 20},
                                UnitWord{"mebibyte", Int128{1} << 20},
                                UnitWord{"gib", Int128{1} << 30},
                                UnitWord{"gibibyte", Int128{1} << 30},
                                UnitWord{"tib", Int128{1} << 40},
                                UnitWord{"tebibyte", Int128{1} << 40}};
constexpr std::array kLots{
    UnitWord{"k", 1'000},        UnitWord{"1k", 1'000},          UnitWord{"1000", 1'000},
    UnitWord{"thousand", 1'000}, UnitWord{"m", 1'000'000},       UnitWord{"1m", 1'000'000},
    UnitWord{"mil", 1'000'000},  UnitWord{"million", 1'000'000}, UnitWord{"1000000", 1'000'000}};

template <class Words>
std::optional<Int128> size_of_word(const Words& words, std::string_view word) {
    for (const UnitWord& one : words) {
        if (one.word == word)
            return one.size;
    }
    return std::nullopt;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Lower case, without the s of a plural; a leading "1" and an empty word are left out. Words that were
/// written together ("GPUHours", "vCPUSeconds") come apart.
std::vector<std::string> words_of_unit(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto end_word = [&] {
        if (word.size() > 2 && word.ends_with('s'))
            word.pop_back();
        for (const std::string_view front : {"vcpu", "gpu", "core", "instance"}) {
            if (word.size() > front.size() && word.starts_with(front)) {
                words.emplace_back(front);
                word.erase(0, front.size());
            }
        }
        if (!word.empty() && !(words.empty() && word == "1"))
            words.push_back(word);
        word.clear();
    };
    for (const char c : text) {
        if (is_one_of(std::string_view(&c, 1), {" ", "-", "/", "_", ".", "*"}))
            end_word();
        else
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    end_word();
    return words;
}

std::optional<InvoiceUnit> unit_of_time(const std::vector<std::string>& words) {
    const std::string& last = words.back();
    const std::optional<Int128> time = size_of_word(kTimeWords, last);
    if (!time)
        return std::nullopt;
    if (words.size() == 1)
        return last == "m" ? std::nullopt : std::optional(InvoiceUnit{Measure::kTime, *time, false});
    if (words.size() != 2)
        return std::nullopt;
    const std::string& what = words.front();
    if (what == "gpu")
        return InvoiceUnit{Measure::kTime, *time, true};
    if (is_one_of(what, {"instance", "node", "worker", "pod", "replica", "machine"}))
        return InvoiceUnit{Measure::kTime, *time, false};
    if (is_one_of(what, {"vcpu", "cpu", "core"}))
        return InvoiceUnit{Measure::kVcpuTime, 1000 * *time, false};
    if (const auto bytes = size_of_word(kByteWords, what))
        return InvoiceUnit{Measure::kByteTime, *bytes * *time, false};
    return std::nullopt;
}

std::optional<InvoiceUnit> unit_of_count(const std::vector<std::string>& words) {
    std::string last = words.back();
    std::optional<Int128> lot = 1;
    if (words.size() == 2)
        lot = size_of_word(kLots, words.front());
    else if (words.size() != 1)
        return std::nullopt;
    for (const UnitWord& one : {UnitWord{"ktok", 1'000}, UnitWord{"mtok", 1'000'000}}) {
        if (last == one.word && words.size() == 1) {
            lot = one.size;
            last = "token";
        }
    }
    if (!lot)
        return std::nullopt;
    if (is_one_of(last, {"token", "tok"}))
        return InvoiceUnit{Measure::kTokens, *lot, false};
    if (is_one_of(last, {"request", "call", "invocation"}))
        return InvoiceUnit{Measure::kRequests, *lot, false};
    return std::nullopt;
}

}  // namespace

std::optional<InvoiceUnit> parse_invoice_unit(std::string_view text, Duration month) {
    const std::vector<std::string> words = words_of_unit(text);
    if (words.empty())
        return std::nullopt;
    if (const auto time = unit_of_time(words))
        return time;
    const std::optional<Int128> bytes = size_of_word(kByteWords, words.front());
    if (bytes && words.size() == 1)
        return InvoiceUnit{Measure::kBytes, *bytes, false};
    if (bytes && words.size() == 2 && is_one_of(words.back(), {"mo", "month"}))
        return InvoiceUnit{Measure::kByteTime, *bytes * month.count(), false};
    return unit_of_count(words);
}

ReadableUnit shown_unit(Measure measure, Int128 largest) noexcept {
    constexpr double kSecondsOfHour = 3600;
    const ReadableUnit small = readable_unit_of(measure);
    const auto with = [&](double times, std::string_view name) {
        const ReadableUnit unit{small.base_units * times, name};
        return static_cast<double>(largest) < unit.base_units ? small : unit;
    };
    switch (measure) {
        case Measure::kTime:
            return with(kSecondsOfHour, "GPU-h");
        case Measure::kVcpuTime:
            return with(kSecondsOfHour, "vCPU-h");
        case Measure::kByteTime:
            return with(kSecondsOfHour, "GiB-h");
        case Measure::kTokens:
            return with(1e6, "Mtok");
        case Measure::kBytes:
        case Measure::kRequests:
            break;
    }
    return small;
}

}  // namespace spillway
