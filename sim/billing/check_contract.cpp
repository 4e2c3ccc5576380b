#include <fmt/format.h>

#include "sim/billing/read_contract.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

void check_api(const Contract& contract, const std::string& where) {
    const bool sells_time = contract.price || !contract.steps.empty() || !contract.commitments.empty() ||
                            contract.cpu || contract.memory || !contract.storage.empty();
    if (sells_time) {
        throw InputError(where, "a pay-per-token API has no instances, meters or storage of its own",
                         "keep either \"tokens\" or the price of instances");
    }
}

void check_rounding(const Contract& contract, const std::string& where) {
    if (contract.step == Duration::zero() || contract.minimum % contract.step == Duration::zero())
        return;
    throw InputError(where,
                     fmt::format("the minimum of {} is no multiple of the billing step of {}",
                                 format_duration(contract.minimum), format_duration(contract.step)),
                     "bills round up to the step, the minimum included");
}

// Usage is laid into clock hours from the end of each life backwards, so what is not billed must come first.
void check_commitments(const Contract& contract, const std::string& where) {
    const BilledStates& billed = contract.billed;
    if (!contract.steps.empty()) {
        throw InputError(where, "steps and commitments both price the first instances", "keep one of them");
    }
    const bool to_the_end = billed.init && billed.idle && billed.draining && billed.stopping;
    const bool once_begun = (!billed.acquire || billed.pull) && (!billed.throttled || billed.acquire);
    if (!to_the_end || !once_begun) {
        throw InputError(
            where, "a commitment pays for whole hours of an instance, idle or not",
            "under \"billed\", everything from the first billed state to the end must be billed");
    }
}

}  // namespace

void check_contract(const Contract& contract, const std::string& where) {
    if (contract.month <= Duration::zero())
        throw InputError(where, "a month lasts longer than nothing");
    if (contract.tokens)
        return check_api(contract, where);
    if (!contract.price) {
        throw InputError(
            where, "there is no price",
            "give \"instance\": \"$2.49/h\", \"catalog\": a name from the price catalog, or \"tokens\"");
    }
    check_rounding(contract, where);
    if (!contract.commitments.empty())
        check_commitments(contract, where);
}

}  // namespace spillway
