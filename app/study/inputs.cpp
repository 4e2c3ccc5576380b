#include "app/study/inputs.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "app/io/text_file.hpp"
#include "app/scenario/assemble.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway {
namespace {

void add_arrival(const Arrival& arrival, Digest& digest) {
    digest.add(static_cast<std::uint64_t>(arrival.at.time_since_epoch().count()));
    digest.add(std::uint64_t{arrival.class_id.value} << 32 | arrival.max_tokens);
    digest.add(std::uint64_t{arrival.input_tokens} << 32 | arrival.output_tokens);
    digest.add(arrival.session);
    digest.add(std::uint64_t{arrival.turn});
    if (arrival.service)
        digest.add(static_cast<std::uint64_t>(arrival.service->count()));
    for (const std::uint64_t block : arrival.prefix_blocks) digest.add(block);
}

void add_price(const std::optional<Price>& price, Digest& digest) {
    if (!price)
        return;
    digest.add(static_cast<std::uint64_t>(price->amount.mantissa));
    digest.add(static_cast<std::uint64_t>(price->amount.decimals) << 8 |
               static_cast<std::uint64_t>(price->unit));
}

void add_prices(const Scenario& scenario, Inputs& inputs) {
    PriceBook book = PriceBook::built_in();
    Digest digest;
    if (scenario.prices) {
        const ConfigNode file = read_config_file(scenario.folder / *scenario.prices);
        digest.add(json_text(file));
        book.merge(file);
    }
    for (const PriceBook::Entry& entry : book.entries()) {
        const Contract& contract = entry.contract;
        digest.add(entry.name);
        digest.add(contract.provenance.date);
        digest.add(static_cast<std::uint64_t>(contract.step.count()));
        digest.add(static_cast<std::uint64_t>(contract.minimum.count()));
        add_price(contract.price, digest);
        if (contract.tokens) {
            add_price(contract.tokens->input, digest);
            add_price(contract.tokens->output, digest);
            add_price(contract.tokens->cached_input, digest);
        }
        inputs.price_date = std::max(inputs.price_date, contract.provenance.date);
    }
    inputs.prices = digest.text();
}

}  // namespace

TrafficFacts read_traffic(const Scenario& scenario) {
    TrafficFacts facts;
    Digest digest;
    EntityCounter entities;
    ReadLog reads;
    const std::unique_ptr<RequestSource> source = assemble_traffic(scenario, entities, reads);
    if (source->reacts()) {
        digest.add(json_text(scenario.traffic));
        digest.add(scenario.draws.traffic.seed);
        facts.digest = digest.text();
        return facts;
    }
    Arrival arrival;
    while (const std::optional<SimTime> next = source->next_time()) {
        if (scenario.horizon && *next >= SimTime{} + *scenario.horizon)
            break;
        source->pop(arrival);
        ++facts.requests;
        add_arrival(arrival, digest);
    }
    facts.digest = digest.text();
    facts.span = std::chrono::floor<std::chrono::seconds>(arrival.at - SimTime{}) + std::chrono::seconds{1};
    return facts;
}

void Digest::add(std::string_view bytes) noexcept {
    for (const char byte : bytes) {
        state_ ^= static_cast<unsigned char>(byte);
        state_ *= 0x100000001b3;
    }
    add(std::uint64_t{bytes.size()});
}

void Digest::add(std::uint64_t number) noexcept {
    for (int byte = 0; byte < 8; ++byte) {
        state_ ^= number >> (8 * byte) & 0xff;
        state_ *= 0x100000001b3;
    }
}

std::string Digest::text() const { return fmt::format("{:016x}", state_); }

Inputs inputs_of(const Scenario& scenario) {
    const TrafficFacts traffic = read_traffic(scenario);
    Inputs inputs;
    inputs.traffic = traffic.digest;
    inputs.requests = traffic.requests;
    add_prices(scenario, inputs);
    Digest files;
    for (const ProfileFile& one : scenario.gpu_profiles)
        files.add(read_text_file(scenario.folder / one.file, one.file.string()));
    if (scenario.plugin)
        files.add(read_text_file(*scenario.plugin, scenario.plugin->string()));
    inputs.files = files.text();
    return inputs;
}

}  // namespace spillway
