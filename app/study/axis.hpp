#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/study/quantity.hpp"
#include "app/study/scenario_file.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// One setting of an axis.
struct AxisValue {
    std::string label;  ///< as results show it
    std::vector<FieldChange> changes;
    std::string where;  ///< where the study says it
};

/// What varies from point to point of a study: a field of the scenario with its values or their range, or
/// named changes of several fields. A value type.
class Axis {
public:
    /// Throws InputError for an axis that says too little or too much.
    static Axis read(const ConfigNode& node);

    const std::string& name() const noexcept { return name_; }
    const std::string& where() const noexcept { return where_; }

    /// The values of a grid; empty when the axis has none: it is a range without a step, or gets its values
    /// from a list of points.
    const std::vector<AxisValue>& values() const noexcept { return values_; }
    /// Whether at() has something to choose from.
    bool is_drawable() const noexcept { return range_.has_value() || !values_.empty(); }
    /// The value at `unit` of the axis, 0 <= unit < 1: of a range by its spacing, whole where its ends are;
    /// else one of the values, each as likely. Requires: is_drawable().
    AxisValue at(double unit) const;
    /// What a list of points gives for this axis: the name of a variant, or a value of the field. Throws
    /// InputError.
    AxisValue given(const ConfigNode& value) const;

private:
    struct Range {
        Quantity from;
        Quantity to;
        bool logarithmic = false;
    };
    AxisValue field_value(const ConfigNode& value) const;
    AxisValue range_value(double number) const;
    void read_variants(const ConfigNode& list);
    void read_range(ParamReader& reader);
    void add_grid(ParamReader& reader);

    std::string name_;
    std::string where_;
    std::string at_;  // empty: variants
    std::string at_where_;
    std::optional<Range> range_;
    std::vector<AxisValue> values_;
};

}  // namespace spillway
