#include "app/study/design.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/random/sobol.hpp>

#include "sim/core/error.hpp"
#include "sim/core/rng.hpp"

namespace spillway {
namespace {

constexpr std::uint64_t kMostPoints = 10'000'000;
constexpr std::uint64_t kMostTries = 1000;  // for each point that constraints let through

using Values = std::vector<AxisValue>;

/// Takes points up to the limit and numbers those that meet the constraints.
class Taker {
public:
    explicit Taker(const Design& design) : design_(design) {}

    bool take(Values values) {
        const auto value = [&](std::size_t axis) { return values[axis].label; };
        const bool holds = std::all_of(design_.constraints.begin(), design_.constraints.end(),
                                       [&](const Constraint& one) { return one.holds(value); });
        if (holds)
            points_.push_back({points_.size(), std::move(values)});
        return holds;
    }
    std::uint64_t taken() const { return points_.size(); }
    std::vector<StudyPoint> points() && {
        if (points_.empty())
            throw InputError(design_.where, "has no point that meets its constraints");
        return std::move(points_);
    }

private:
    const Design& design_;
    std::vector<StudyPoint> points_;
};

[[noreturn]] void too_many(const Design& design) {
    throw InputError(design.where, fmt::format("has more than {} points", kMostPoints), "take fewer values");
}

void take_grid(const Design& design, const std::vector<Axis>& axes, Taker& taker) {
    std::uint64_t size = 1;
    for (const Axis& axis : axes) {
        if (axis.values().empty())
            throw InputError(axis.where(), "has no values, which a grid needs",
                             R"(give "values", or "step" or "count" beside "from" and "to")");
        size *= axis.values().size();
        if (size > kMostPoints)
            too_many(design);
    }
    for (std::uint64_t number = 0; number < size; ++number) {
        Values values(axes.size());
        std::uint64_t rest = number;
        for (std::size_t axis = axes.size(); axis-- > 0;) {
            values[axis] = axes[axis].values()[rest % axes[axis].values().size()];
            rest /= axes[axis].values().size();
        }
        taker.take(std::move(values));
    }
}

void take_list(const Design& design, const std::vector<Axis>& axes, Taker& taker) {
    if (design.list.empty())
        throw InputError(design.where, "has the design \"list\" and no points in \"list\"");
    for (const ConfigNode& item : design.list) {
        std::vector<std::string_view> names;
        Values values;
        for (const Axis& axis : axes) {
            names.push_back(axis.name());
            const ConfigNode* value = item.find(axis.name());
            if (value == nullptr)
                throw InputError(item.where(), fmt::format("says nothing of \"{}\"", axis.name()));
            values.push_back(axis.given(*value));
        }
        for (const auto& [name, value] : item.members()) {
            if (std::find(names.begin(), names.end(), name) == names.end())
                throw unknown_name(value.where(), "axis", name, names);
        }
        taker.take(std::move(values));
    }
}

/// Draws points by `units`, which gives a number in [0, 1) an axis, until enough meet the constraints.
template <class Units>
void take_drawn(const Design& design, const std::vector<Axis>& axes, Taker& taker, Units units) {
    if (design.points == 0)
        throw InputError(design.where, "\"points\" is missing or 0", "how many does the design have?");
    if (design.points > kMostPoints)
        too_many(design);
    for (const Axis& axis : axes) {
        if (!axis.is_drawable())
            throw InputError(axis.where(), "has neither values nor a range to draw from");
    }
    for (std::uint64_t tries = 0; taker.taken() < design.points; ++tries) {
        if (tries >= design.points * kMostTries)
            throw InputError(design.where,
                             fmt::format("{} draws gave {} points that meet the constraints, of {}", tries,
                                         taker.taken(), design.points),
                             "loosen the constraints, or ask for fewer points");
        Values values;
        for (std::size_t axis = 0; axis < axes.size(); ++axis)
            values.push_back(axes[axis].at(units(tries, axis)));
        taker.take(std::move(values));
    }
}

void take_random(const Design& design, const std::vector<Axis>& axes, Taker& taker) {
    const StreamKey key({design.seed, 0}, "study points");
    take_drawn(design, axes, taker, [&](std::uint64_t number, std::size_t axis) {
        return RandomStream(key, number, static_cast<std::uint32_t>(axis)).uniform();
    });
}

void take_sobol(const Design& design, const std::vector<Axis>& axes, Taker& taker) {
    boost::random::sobol sequence(axes.size());
    take_drawn(design, axes, taker,
               [&](std::uint64_t, std::size_t) { return static_cast<double>(sequence() >> 11) * 0x1p-53; });
}

}  // namespace

std::vector<FieldChange> StudyPoint::changes() const {
    std::vector<FieldChange> all;
    for (const AxisValue& value : values) all.insert(all.end(), value.changes.begin(), value.changes.end());
    return all;
}

std::vector<StudyPoint> design_points(const Design& design, const std::vector<Axis>& axes) {
    Taker taker(design);
    switch (design.kind) {
        case DesignKind::kGrid:
            take_grid(design, axes, taker);
            break;
        case DesignKind::kList:
            take_list(design, axes, taker);
            break;
        case DesignKind::kRandom:
            take_random(design, axes, taker);
            break;
        case DesignKind::kSobol:
            take_sobol(design, axes, taker);
            break;
    }
    return std::move(taker).points();
}

}  // namespace spillway
