#include "app/bound/linear_program.hpp"

#include "tests/support/catch.hpp"

namespace spillway::tests {

TEST_CASE("a small programme has its known optimum", "[bound][linear_program]") {
    LinearProgram program;
    const int x = program.add_column(3, 100);
    const int y = program.add_column(2, 100);
    program.add_row({{x, 1}, {y, 1}}, 4);
    program.add_row({{x, 1}, {y, 3}}, 6);
    program.add_row({{x, 1}}, 1);
    const LinearProgram::Solution solution = program.solve();
    CHECK(solution.values[0] == Approx(1));
    CHECK(solution.values[1] == Approx(3));
    CHECK(solution.proved == Approx(9));
}

TEST_CASE("a row that comes later makes the optimum dearer", "[bound][linear_program]") {
    LinearProgram program;
    const int x = program.add_column(1, 10);
    program.add_row({{x, 1}}, 2);
    CHECK(program.solve().proved == Approx(2));
    program.add_row({{x, 1}}, 5);
    CHECK(program.solve().proved == Approx(5));
}

TEST_CASE("what is proved uses the bounds of columns", "[bound][linear_program]") {
    LinearProgram program;
    const int cheap = program.add_column(1, 2);
    const int dear = program.add_column(4, 10);
    program.add_row({{cheap, 1}, {dear, 1}}, 5);
    CHECK(program.solve().proved == Approx(2 * 1 + 3 * 4));
}

}  // namespace spillway::tests
