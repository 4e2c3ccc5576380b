#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "traces/gen/requests.hpp"

namespace spillway {

enum class GapLaw : std::uint8_t { kExponential, kGamma, kWeibull };

/// What a client sent in one window of the data.
struct RateWindow {
    static constexpr Duration kLength{std::chrono::seconds{600}};

    Duration start{};
    std::int64_t requests = 0;
    GapLaw law = GapLaw::kExponential;
    double shape = 1;
};

/// The lengths of one window's prompts or answers.
struct LengthWindow {
    static constexpr Duration kLength{std::chrono::hours{6}};

    Duration start{};
    TokenLaw law;
};

/// One client, windows in order of time.
struct ServegenClient {
    std::uint32_t id = 0;
    std::vector<RateWindow> rates;
    std::vector<LengthWindow> input;
    std::vector<LengthWindow> output;
};

/// Which clients to read, and from where. Names are what errors call the files.
struct ServegenFiles {
    std::filesystem::path folder;
    std::string rates;
    std::string tokens;
    std::string model;
    std::optional<std::int64_t> client;
};

/// The clients that the rates file has, by ascending number. Throws InputError when there are none or a file
/// is broken.
std::vector<ServegenClient> read_servegen(const ServegenFiles& files);

}  // namespace spillway
