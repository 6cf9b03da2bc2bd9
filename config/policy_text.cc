// berth-policy-text: prints the sample file or the manual page made from the option table, for
// tools/policy-text.
#include "policy/text.h"

#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
    const std::string_view what = argc == 2 ? argv[1] : "";
    if (what != "sample" && what != "manual") {
        std::fputs("usage: berth-policy-text sample|manual\n", stderr);
        return 2;
    }
    const std::string text =
        what == "sample" ? berth::policy::sample_file() : berth::policy::manual_page();
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                   std::fflush(stdout) == 0
               ? 0
               : 1;
}
