// Random streams, the engine against the reference model: after every few sequences both must be in
// the same state. On a difference: the seed, the stream without what the difference does not need,
// and exit 1.
//
// usage: berth-vt-differential [--sequences N] [--seed FIRST] [--streams N]
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "compare.h"
#include "grammar.h"

namespace {

using namespace berth;

// How many sequences the engine is given at once: many, so that its fast ways are taken too.
constexpr std::uint64_t kMostAtOnce = 30;

// Where it begins to differ, or nothing.
struct Difference {
    std::string what;
    std::size_t pieces = 0; // of the stream, up to there
};

template <typename Count> Difference play(const model::Stream& stream, Count&& at_once) {
    model::Model model(stream.rows, stream.columns);
    vt::Terminal engine(vt::Size{stream.rows, stream.columns});
    vt::Sink sink;
    for (std::size_t from = 0; from < stream.pieces.size();) {
        std::string bytes;
        for (std::size_t left = at_once(); left > 0 && from < stream.pieces.size(); --left)
            bytes += stream.pieces[from++];
        engine.write(bytes, sink);
        model.write(bytes);
        if (std::string what = model::difference(model, engine); !what.empty())
            return {what, from};
    }
    return {};
}

Difference play_in_groups(const model::Stream& stream, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    return play(stream, [&random] { return 1 + random() % kMostAtOnce; });
}

// Of a stream that differs: one piece at a time, or all of it at once.
Difference play_either_way(const model::Stream& stream) {
    Difference found = play(stream, [] { return std::size_t{1}; });
    return found.what.empty() ? play(stream, [&] { return stream.pieces.size(); }) : found;
}

model::Stream shrunk(model::Stream stream, std::size_t pieces) {
    stream.pieces.resize(pieces);
    for (bool smaller = true; smaller;) {
        smaller = false;
        for (std::size_t index = stream.pieces.size(); index-- > 0;) {
            model::Stream fewer = stream;
            fewer.pieces.erase(fewer.pieces.begin() + static_cast<std::ptrdiff_t>(index));
            if (!play_either_way(fewer).what.empty()) {
                stream = fewer;
                smaller = true;
            }
        }
    }
    return stream;
}

std::string printable(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) {
        if (byte == '\x1b')
            text += "\\e";
        else if (byte < ' ' || byte == '\x7f')
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        else
            text += byte;
    }
    return text;
}

void report(const model::Stream& stream, std::uint64_t seed, const Difference& found) {
    fmt::print("seed {}, {} rows of {}: {}\n", seed, stream.rows, stream.columns, found.what);
    const model::Stream small = shrunk(stream, found.pieces);
    fmt::print("{}\n", play_either_way(small).what);
    for (const std::string& piece : small.pieces)
        fmt::print("  {}\n", printable(piece));
}

} // namespace

int main(int argc, char** argv) {
    std::uint64_t wanted = 100'000;
    std::uint64_t seed = 1;
    for (int index = 1; index + 1 < argc; index += 2) {
        const std::string_view name = argv[index];
        const std::uint64_t value = std::strtoull(argv[index + 1], nullptr, 10);
        if (name == "--sequences") {
            wanted = value;
        } else if (name == "--seed") {
            seed = value;
        } else {
            fmt::print(stderr, "usage: berth-vt-differential [--sequences N] [--seed FIRST]\n");
            return 64;
        }
    }
    std::uint64_t played = 0;
    for (; played < wanted; ++seed) {
        const model::Stream stream = model::random_stream(seed);
        played += stream.pieces.size();
        if (const Difference found = play_in_groups(stream, seed); !found.what.empty()) {
            report(stream, seed, found);
            return 1;
        }
    }
    fmt::print("{} sequences, no difference\n", played);
    return 0;
}
