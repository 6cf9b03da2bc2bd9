// What a mux takes from the one before it, as hostile bytes: records, settings, buffers. What is
// taken is written again as the same bytes.
#include "journal/records.h"
#include "journal/settings.h"

#include <cstdlib>

namespace {

template <class T> void check(std::string_view bytes) {
    T record;
    if (berth::journal::decode_kept(bytes, record) &&
        berth::journal::encode_kept(std::move(record)) != bytes)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check<berth::journal::Settings>(bytes);
    check<berth::journal::BufferList>(bytes);
    berth::mux::records::Record record;
    if (berth::mux::records::decode(bytes, record) &&
        berth::mux::records::encode(std::move(record)) != bytes)
        std::abort();
    return 0;
}
