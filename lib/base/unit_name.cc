#include "base/unit_name.h"

namespace berth {

std::string unit_instance(std::string_view account, uid_t uid) {
    if (account.find_first_not_of("0123456789") == std::string_view::npos)
        return std::to_string(uid);
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.";
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string result;
    for (std::size_t i = 0; i < account.size(); ++i) {
        const char c = account[i];
        const auto byte = static_cast<unsigned char>(c);
        if (c == '/')
            result += '-';
        else if (kPlain.find(c) != std::string_view::npos && !(c == '.' && i == 0))
            result += c;
        else
            result += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return result;
}

} // namespace berth
