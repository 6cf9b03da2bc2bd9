#include "restore/state.h"

#include <utility>

namespace berth::restore {

std::string encode(State state) {
    std::string bytes;
    protocol::Encoder encoder(bytes);
    state.fields(encoder);
    return encoder.ok() ? bytes : std::string();
}

bool decode(std::string_view bytes, State& state) {
    State read;
    protocol::Decoder decoder(bytes);
    read.fields(decoder);
    if (!decoder.complete() || read.version != kStateVersion)
        return false;
    state = std::move(read);
    return true;
}

} // namespace berth::restore
