// The terminal engine on anything. The first byte picks: a snapshot to load (S), damage to a
// snapshot of what a stream leads to (D), or a stream of bytes in which 0xff means something else:
// 0xff rows columns resizes, 0xff 0 n cuts the input here. What must hold: no crash, a stream cut
// anywhere gives the same state, and a state goes through a snapshot unchanged.
#include "vt/terminal.h"

#include <cstdlib>

using namespace berth::vt;

namespace {

struct Count : Sink {
    std::size_t bytes = 0;
    void answer(std::string_view text) override { bytes += text.size(); }
    void relay(std::string_view text) override { bytes += text.size(); }
};

Config config() {
    Config small;
    small.history = {.lines = 200, .bytes = 64U << 10};
    return small;
}

void check(bool holds) {
    if (!holds)
        std::abort();
}

void read_everything(const Terminal& terminal) {
    std::string text;
    for (int row = 0; row < terminal.size().rows; ++row)
        text += terminal.line(row).text();
    LineBuffer buffer;
    for (std::size_t index = 0; index < terminal.history().lines(); ++index)
        text += terminal.history().line(index, buffer).text();
}

void load(std::string_view bytes) {
    Terminal terminal(Size{4, 8}, config());
    Count sink;
    if (!terminal.restore(bytes))
        return;
    read_everything(terminal);
    terminal.write("x\r\n\x1b[1;1H\x1b[2K\x1b[5L\x1b[3@\x1b[2J", sink);
    terminal.resize(Size{7, 3});
    read_everything(terminal);
    check(terminal.restore(terminal.snapshot()).has_value());
}

// How many bytes are changed, for each its place and its value, and then the stream.
void load_damaged(std::string_view bytes) {
    constexpr std::size_t kChange = 3;
    const auto byte = [bytes](std::size_t index) {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes[index]));
    };
    if (bytes.empty())
        return;
    const std::size_t changes = std::min(byte(0) % 8, (bytes.size() - 1) / kChange);
    Terminal terminal(Size{6, 20}, config());
    Count sink;
    terminal.write(bytes.substr(1 + changes * kChange), sink);
    std::string snapshot = terminal.snapshot();
    for (std::size_t at = 1; at < 1 + changes * kChange; at += kChange)
        snapshot[(byte(at) << 8 | byte(at + 1)) % snapshot.size()] = bytes[at + 2];
    load(snapshot);
}

void run(std::string_view bytes) {
    Terminal whole(Size{6, 20}, config());
    Terminal cut(Size{6, 20}, config());
    Count sink;
    Count other;
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\xff'), bytes.size());
        const std::string_view piece = bytes.substr(0, end);
        whole.write(piece, sink);
        for (const char& byte : piece)
            cut.write({&byte, 1}, other);
        bytes.remove_prefix(end);
        if (bytes.size() < 3)
            break;
        const int rows = static_cast<unsigned char>(bytes[1]) % 32;
        const int columns = static_cast<unsigned char>(bytes[2]) % 64;
        if (rows != 0) {
            whole.resize(Size{rows, columns});
            cut.resize(Size{rows, columns});
        }
        bytes.remove_prefix(3);
    }
    check(whole == cut);
    check(sink.bytes == other.bytes);
    read_everything(whole);
    Terminal restored(Size{1, 1}, config());
    check(restored.restore(whole.snapshot()).has_value());
    check(restored == whole);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (!input.empty() && input[0] == 'S')
        load(input.substr(1));
    else if (!input.empty() && input[0] == 'D')
        load_damaged(input.substr(1));
    else
        run(input);
    return 0;
}
