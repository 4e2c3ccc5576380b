// What probes of fresh processes start in tests: "child_program --child host ...".
#include <string>
#include <vector>

#include "calibration/host/host_backend.hpp"

int main(int count, char** words) {
    const std::vector<std::string> arguments(words + 1, words + count);
    if (arguments.size() < 2 || arguments[0] != "--child" || arguments[1] != "host")
        return 2;
    return spillway::host_backend().child(std::span(arguments).subspan(2));
}
