// Random streams of a program's output, one sequence a piece: text, controls and every sequence
// that the reference model knows, with parameters that are mostly near the screen's edges.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace berth::model {

struct Stream {
    int rows = 0;
    int columns = 0;
    std::vector<std::string> pieces;
};

// The same for the same seed, everywhere.
[[nodiscard]] Stream random_stream(std::uint64_t seed);

} // namespace berth::model
