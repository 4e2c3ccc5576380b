#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/backtest/invoice.hpp"
#include "app/backtest/predicted_lines.hpp"

namespace spillway {

/// The user's word on where invoice lines belong: "BoxUsage*" is "gpu: GPU time".
struct LineMapping {
    std::string where;    ///< for errors
    std::string pattern;  ///< of the invoice's words; * and ?, in any case
    /// Of predicted lines' names, likewise; "none": nothing like it is predicted; "aside": it is not
    /// compared.
    std::string line;
};

/// Reads 'GLOB=LINE', or all members of a JSON file of {"GLOB": "LINE"}. Throws InputError.
std::vector<LineMapping> parse_line_mapping(const std::string& text, const std::string& where);

/// Whether `text` is of the form of `pattern` ("*" is anything, "?" one character), in any case.
bool matches_glob(std::string_view text, std::string_view pattern);

/// Which predicted lines an invoice line is compared with.
struct LineTarget {
    std::vector<std::size_t> lines;  ///< ascending; none: it is not predicted
    bool by_user = false;
    /// Whether it takes part in the residual: not taxes and credits, unless the user maps them.
    bool compared = true;
};

/// What of the pools the rules look at in an invoice's words.
struct PoolWords {
    std::string pool;
    std::string gpu;       ///< as the scenario names it; empty: none
    std::string instance;  ///< of its price in the catalogue: "g6.xlarge"; empty: not known
};

/// Finds the predicted lines of each invoice line: by the user's mapping, the last that fits first, else by
/// the words of the invoice. Throws InputError for a mapping that fits no invoice line, or whose line is none
/// of the predicted ones.
std::vector<LineTarget> target_lines(std::span<const InvoiceLine> invoice,
                                     std::span<const PredictedLine> predicted,
                                     std::span<const PoolWords> pools, std::span<const LineMapping> mappings);

}  // namespace spillway
