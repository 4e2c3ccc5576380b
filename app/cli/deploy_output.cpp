#include "app/cli/deploy_output.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "app/io/output_file.hpp"

namespace spillway {

void write_deploy_text(const std::string& file, const DeployForm& form, const DeployText& text) {
    write_output(file, text.text);
    for (const std::string& line : text.replace) fmt::print(stderr, "{}: {}\n", form.name, line);
    for (const std::string& line : text.unsaid)
        fmt::print(stderr, "{}: not expressible: {}\n", form.name, line);
}

std::string deploy_form_lines() {
    std::string lines;
    for (const DeployForm& form : deploy_forms())
        lines += fmt::format("  {:<10} {}\n", form.name, form.summary);
    return lines;
}

}  // namespace spillway
