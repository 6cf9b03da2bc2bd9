// Feeds any bytes to the decoder of client input, in pieces whose sizes the input names itself.
// What must hold: every byte comes out in exactly one event unless a sequence was given up, no
// event is empty, a key that comes out has a name that reads back, and what the encoder makes of it
// is taken by the decoder again.
#include "keys/decode.h"
#include "keys/encode.h"

#include <cstdint>
#include <cstdlib>

using namespace berth::keys;

namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

std::size_t drain(Decoder& decoder) {
    std::size_t taken = 0;
    while (const auto event = decoder.next()) {
        require(!event->raw.empty());
        taken += event->raw.size();
        if (event->kind != EventKind::Key)
            continue;
        require(parse_key(key_name(event->key)).has_value() || event->key.code < kSpace);
        for (const std::uint8_t kitty : {0, 1, 31}) {
            PaneModes modes;
            modes.kitty = kitty;
            Decoder again;
            again.set_kitty(true);
            again.feed(encode_key(key_input(*event), modes));
            while (again.next() || again.pending())
                again.flush();
        }
    }
    return taken;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    if (size < 2)
        return 0;
    Decoder decoder;
    decoder.set_kitty((data[0] & 1) != 0);
    if (data[0] & 2)
        decoder.set_user_keys({"\x1b[5;30012~", "ab", "\x1b]1"});
    const std::size_t piece = data[1] % 16 + 1U;
    rest.remove_prefix(2);
    const std::size_t all = rest.size();
    std::size_t taken = 0;
    while (!rest.empty()) {
        decoder.feed(rest.substr(0, piece));
        rest.remove_prefix(std::min(piece, rest.size()));
        taken += drain(decoder);
        if (data[0] & 4) {
            decoder.flush();
            taken += drain(decoder);
        }
    }
    for (int i = 0; i < 3 && decoder.pending(); i++) {
        decoder.flush();
        taken += drain(decoder);
    }
    require(!decoder.pending());
    require(taken <= all);
    return 0;
}
