#include <fmt/format.h>

#include <string>

#include "sim/billing/price.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

std::string_view example_of(Measure measure) noexcept {
    switch (measure) {
        case Measure::kTime:
            return "$2.49/h (or per s, min, month)";
        case Measure::kVcpuTime:
            return "$0.0000131/vCPU-s (or per vCPU-h)";
        case Measure::kByteTime:
            return "$0.10/GB-month (or per GiB-month, GiB-s, GiB-h, GB-s)";
        case Measure::kBytes:
            return "$0.09/GB (or per GiB)";
        case Measure::kTokens:
            return "$0.15/Mtok (or per ktok)";
        case Measure::kRequests:
            return "$0.0002/request";
    }
    return {};
}

std::string hint_of(Measure measure) { return fmt::format("write it as {}", example_of(measure)); }

bool is_number(const ConfigNode& node) {
    return node.kind() == ConfigNode::Kind::kInteger || node.kind() == ConfigNode::Kind::kNumber;
}

/// "$2.49" or "2.49": an amount that lacks its unit.
bool lacks_unit(std::string_view text) {
    if (text.starts_with('$'))
        text.remove_prefix(1);
    return parse_number(text).has_value();
}

/// Prices up to there leave every product with usage room in 64-bit money and 128-bit factors.
bool above_a_million(const Decimal& amount) {
    std::int64_t dollars = amount.mantissa;
    for (int i = 0; i < amount.decimals; ++i) dollars /= 10;
    return dollars > 1'000'000;
}

}  // namespace

Price read_price(const ConfigNode& node, Measure measure) {
    if (is_number(node))
        throw InputError(node.where(), "a price needs its unit", hint_of(measure));
    const std::string& text = node.as_text();
    const std::optional<Price> price = parse_price(text);
    if (!price) {
        throw InputError(node.where(),
                         lacks_unit(text) ? fmt::format("the price \"{}\" lacks its unit", text)
                                          : fmt::format("\"{}\" is not a price", text),
                         hint_of(measure));
    }
    if (price->amount.mantissa < 0) {
        throw InputError(node.where(), fmt::format("the price \"{}\" is negative", text),
                         "a price is 0 or more; a discount is a lower price");
    }
    if (above_a_million(price->amount)) {
        throw InputError(node.where(), fmt::format("the price \"{}\" is above a million dollars", text));
    }
    if (measure_of(price->unit) != measure) {
        throw InputError(node.where(), fmt::format("\"{}\" is a price per something else", text),
                         hint_of(measure));
    }
    return *price;
}

}  // namespace spillway
