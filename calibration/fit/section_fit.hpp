#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calibration/fit/curve_fit.hpp"
#include "models/gpu_profile/gpu_profile.hpp"

namespace spillway {

/// Relative errors |form / measured - 1| over some rows. Shares: 0.07 is 7 %.
struct ErrorSummary {
    std::int64_t samples = 0;
    double mean = 0;
    double median = 0;
    double p90 = 0;
    double p95 = 0;
    double bias = 0;  ///< mean of form / measured - 1
};

/// Of pairs (form, measured). All zero without pairs.
ErrorSummary summarise(const std::vector<std::pair<double, double>>& pairs);

/// What the fit of a section needs to know of a row besides its sizes.
struct RowFacts {
    double measured = 0;
    std::string site;       ///< left out together
    std::string region;     ///< errors are reported by it
    std::string rejected;   ///< why the fit does not use it; empty: it does
    std::string shown;      ///< for the list of worst points
    bool is_number = true;  ///< false: not even counted in the errors without the filter
};

/// How well a section's form describes the data.
struct SectionReport {
    std::string section;
    ErrorSummary fitted;               ///< of the rows used, by the coefficients that are written
    ErrorSummary left_out;             ///< of the rows used, each by the coefficients that other sites give
    ErrorSummary left_out_unfiltered;  ///< the same of all rows that are numbers
    std::vector<std::pair<std::string, ErrorSummary>> regions;  ///< by the coefficients that are written
    std::vector<std::string> worst;
    std::vector<Rejection> rejected;
    std::vector<std::string> on_bound;
    std::vector<std::string> unidentified;  ///< coefficients that the rows do not tell
    double condition = 0;                   ///< as CurveFit has it; 0: there is none
};

SectionReport report_fit(std::string section, const std::vector<RowFacts>& rows, const CurveFit& fit);

/// Residuals and errors as the profile keeps them.
SectionQuality quality_of(const SectionReport& report);

/// Throws InputError when the fit may use no more rows than it has coefficients.
void require_rows(const std::string& section, const CurveProblem& problem);

/// Cuts coefficients to six digits, as files hold them, and predicts every row again.
void round_coefficients(CurveFit& fit, const CurveProblem& problem);

/// One coefficient of a form: where it is kept and where it is searched.
template <class Form>
struct FormCoefficient {
    const char* name;
    double Form::*member;
    double least;
    double most;
    double start;
    AtBound at_bound = AtBound::kRefuse;
};

/// Which coefficients a fit looks for, and how.
template <class Form>
struct Searched {
    std::span<const FormCoefficient<Form>> coefficients;
    Untold untold = Untold::kHold;
    double time_room = 1;  ///< those in seconds may be so much larger than their range says
};

/// Fits a form's coefficients; `seconds(row, form)` evaluates it. Rounds as profile files do, so that what is
/// written is what was judged.
template <class Form, class Seconds>
std::pair<Form, SectionReport> fit_form(const std::string& section, const std::vector<RowFacts>& rows,
                                        const Searched<Form>& searched, const Seconds& seconds) {
    const auto form_of = [&](std::span<const double> values) {
        Form form;
        for (std::size_t i = 0; i < values.size(); ++i) form.*searched.coefficients[i].member = values[i];
        return form;
    };
    CurveProblem problem;
    problem.untold = searched.untold;
    for (const auto& c : searched.coefficients) {
        const bool is_time = std::string_view(c.name).find("seconds") != std::string_view::npos;
        problem.coefficients.push_back(
            {c.name, c.least, c.most * (is_time ? searched.time_room : 1), c.start, c.at_bound});
    }
    std::map<std::string, int> sites;
    std::vector<RowFacts> numbers;
    std::vector<std::size_t> index;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows[i].is_number)
            continue;
        index.push_back(i);
        problem.measured.push_back(rows[i].measured);
        problem.used.push_back(rows[i].rejected.empty());
        problem.site.push_back(sites.emplace(rows[i].site, static_cast<int>(sites.size())).first->second);
    }
    problem.seconds = [&](std::size_t row, std::span<const double> values) {
        return seconds(index[row], form_of(values));
    };
    require_rows(section, problem);
    CurveFit fit = fit_curve(problem);
    round_coefficients(fit, problem);
    return {form_of(fit.coefficients), report_fit(section, rows, fit)};
}

}  // namespace spillway
