#include "traces/gen/generator_params.hpp"

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

template <class Value>
Value require_positive(ParamReader& params, std::string_view name, Value value) {
    if (value > Value{0})
        return value;
    throw InputError(params.where(name), fmt::format("\"{}\" must be above 0", name),
                     "leave the source out for no traffic");
}

}  // namespace

double positive_rate(ParamReader& params, std::string_view name) {
    return require_positive(params, name, params.rate(name));
}

double positive_number(ParamReader& params, std::string_view name) {
    return require_positive(params, name, params.number(name));
}

Duration positive_duration(ParamReader& params, std::string_view name) {
    return require_positive(params, name, params.duration(name));
}

}  // namespace spillway
