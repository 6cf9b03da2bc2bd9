// Random set-option, set-hook, set-environment and show commands on a small world. Each line is one
// command: a byte of flags, a byte of more flags, then NAME and VALUE parted by a tab. What must
// hold whatever happens: no crash, and a value that show-options -v prints can be set again and
// prints the same.
#include "options/commands.h"
#include "options/environment.h"

#include <array>
#include <cstdint>
#include <cstdlib>

using namespace berth::options;

namespace {

// Made once for each scope: copying is much faster than reading the table again.
const Set& defaults(unsigned scope) {
    static const auto kSets = [] {
        std::array<Set, 5> sets;
        for (const unsigned one : {kServer, kSession, kWindow})
            fill_defaults(sets[one], one, Flavour::kBerth);
        return sets;
    }();
    return kSets[scope];
}

struct World {
    Set server = defaults(kServer);
    Set global_session = defaults(kSession);
    Set global_window = defaults(kWindow);
    Set session{&global_session}, window{&global_window}, pane{&window};
    Set* panes[1] = {&pane};
    Environment environment;

    Scopes scopes() {
        return {&server, &global_session, &global_window, &session, &window, &pane, panes, {}};
    }
};

const Checks& checks() {
    const auto accept = [](std::string_view text) { return std::optional(std::string(text)); };
    static const Checks kChecks{
        accept, accept, [](std::string_view text) { return berth::Result<std::string>(text); },
        [](std::string_view text) { return !text.contains('!'); },
        [](std::string_view text) { return text.starts_with('/'); }};
    return kChecks;
}

void step(World& world, std::string_view line) {
    const auto bits = static_cast<unsigned char>(line[0]);
    const auto more = static_cast<unsigned char>(line[1]);
    const auto bit = [](unsigned char byte, unsigned n) { return (byte >> n & 1U) != 0; };
    line.remove_prefix(2);
    const auto tab = line.find('\t');
    const std::string_view name = line.substr(0, tab);
    const auto value =
        tab == line.npos ? std::nullopt : std::optional<std::string_view>(line.substr(tab + 1));
    const SetFlags set{bit(bits, 0), bit(bits, 1), bit(bits, 2), bit(bits, 3), bit(bits, 4),
                       bit(bits, 5), bit(bits, 6), bit(bits, 7), bit(more, 0)};
    const auto changed = set_option(world.scopes(), set, name, value, checks(), Flavour::kBerth);
    const ShowFlags show{bit(more, 1), set.global, bit(more, 2), bit(more, 3), set.pane,
                         set.quiet,    set.server, bit(more, 4), set.window};
    (void)show_options(world.scopes(), show, name);
    (void)option_text(world.pane, name);
    if (changed && changed->set != nullptr && changed->row != nullptr && !changed->row->array) {
        const std::string text = changed->set->text(changed->name);
        const SetFlags again{.global = set.global, .pane = set.pane};
        if (!set_option(world.scopes(), again, changed->name, text, checks(), Flavour::kBerth) &&
            changed->row->type != Type::kStyle && !changed->row->shell)
            std::abort();
        if (changed->set->text(changed->name) != text && !text.empty())
            std::abort();
    }
    (void)set_environment(world.environment, {bit(more, 5), bit(more, 6), bit(more, 7)}, name,
                          value);
    (void)show_environment(world.environment, {bit(bits, 0), bit(bits, 1)}, name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    World world;
    while (!input.empty()) {
        const auto end = std::min(input.find('\n'), input.size());
        if (end >= 2)
            step(world, input.substr(0, end));
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    if (size % 16 == 0)
        (void)show_options(world.scopes(), {.inherited = true, .hooks = true}, std::nullopt);
    (void)world.environment.exported();
    return 0;
}
