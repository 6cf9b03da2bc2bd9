// The files of a reboot as hostile bytes: the frame, and the state inside. What is taken is written
// again as the same bytes.
#include "restore/state.h"
#include "restore/store.h"

#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto contents = berth::restore::unframe(bytes);
        contents && berth::restore::frame(*contents) != bytes)
        std::abort();
    berth::restore::State state;
    if (berth::restore::decode(bytes, state) && berth::restore::encode(state) != bytes)
        std::abort();
    if (size > 0) {
        const std::string framed = berth::restore::frame(bytes);
        const auto contents = berth::restore::unframe(framed);
        if (!contents || *contents != bytes)
            std::abort();
    }
    return 0;
}
