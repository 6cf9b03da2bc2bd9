#include "options/name.h"

#include "options/number.h"

namespace berth::options {
namespace {

std::unexpected<Error> refuse(std::string_view why, std::string_view what) {
    return fail(EINVAL, std::string(why).append(": ").append(what));
}

Result<Place> missing(std::string_view kind, std::string_view target) {
    if (target.empty())
        return fail(ENOENT, std::string("no current ").append(kind));
    return fail(ENOENT, std::string("no such ").append(kind).append(": ").append(target));
}

Result<Place> need(Set* set, unsigned scope, std::string_view kind, std::string_view target) {
    if (set == nullptr)
        return missing(kind, target);
    return Place{set, scope};
}

} // namespace

Result<Name> parse_name(std::string_view text) {
    std::string_view base = text;
    std::optional<unsigned> index;
    if (const auto open = text.find('['); open != std::string_view::npos) {
        base = text.substr(0, open);
        const std::string_view rest = text.substr(open + 1);
        if (!rest.ends_with(']'))
            return refuse("ambiguous option", text);
        const auto number = read_number(rest.substr(0, rest.size() - 1), 0, kMaximum);
        if (!number)
            return refuse("ambiguous option", text);
        index = static_cast<unsigned>(*number);
    }
    if (base.starts_with('@'))
        return Name{nullptr, std::string(base), index};
    const Match match = match_row(base);
    if (match.row == nullptr)
        return refuse(match.ambiguous ? "ambiguous option" : "invalid option", text);
    return Name{match.row, std::string(match.row->name), index};
}

Result<Place> choose_set(const Scopes& scopes, const Where& where, const Row* row) {
    const bool server = row != nullptr ? (row->scopes & kServer) != 0 : where.server;
    const bool windows = row != nullptr ? (row->scopes & kWindow) != 0 : where.window;
    const bool panes = where.pane && (row == nullptr || (row->scopes & kPane) != 0);
    if (server)
        return Place{scopes.server, kServer};
    if (panes)
        return need(scopes.pane, kPane, "pane", scopes.target);
    if (windows) {
        if (where.global)
            return Place{scopes.global_window, kWindow};
        return need(scopes.window, kWindow, "window", scopes.target);
    }
    if (where.global)
        return Place{scopes.global_session, kSession};
    return need(scopes.session, kSession, "session", scopes.target);
}

} // namespace berth::options
