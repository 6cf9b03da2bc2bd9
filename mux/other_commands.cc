// Commands of buffers, files and messages.
#include "client.h"
#include "commands.h"
#include "formats.h"
#include "server.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace berth::mux {
namespace {

constexpr std::string_view kMessage = "[#{session_name}] #{window_index}:#{window_name}, current "
                                      "pane #{pane_index} - (%H:%M %d-%b-%y)";
constexpr std::string_view kBufferLine =
    "#{buffer_name}: #{buffer_size} bytes: \"#{buffer_sample}\"";

// Whose formats those of a client are: the one that is asked for or has asked, if it shows the
// session, else whoever used that session last.
const Client* client_for(const Call& call, const Found& found) {
    const auto asked =
        find_client(call.server, call.execution.origin(), call.arguments().value('c'));
    if (asked && (*asked)->session == found.session)
        return *asked;
    const Client* best = nullptr;
    for (const Client* client : call.server.clients_of(*found.session))
        if (best == nullptr || client->activity_us > best->activity_us)
            best = client;
    return best;
}

Flow display_message(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    FormatAbout item{};
    const auto found = find_target(call.server, call.execution.origin(), arguments.value('t'),
                                   call.command.row->target);
    if (found)
        item = about(*found, client_for(call, *found));
    std::string text(arguments.text(0, arguments.value('F').value_or(kMessage)));
    if (!arguments.has('l'))
        text = expand(call.server, item, text, true);
    if (arguments.has('p')) {
        call.print(text);
        return Flow::done;
    }
    const auto client = find_client(call.server, call.execution.origin(), arguments.value('c'));
    if (!client)
        return Flow::done; // as tmux: nobody sees it
    (*client)->show_message(text);
    return Flow::done;
}

std::string buffer_name(const Call& call) {
    return std::string(call.arguments().value('b').value_or(""));
}

const Buffer* buffer_of(const Call& call) {
    const std::string name = buffer_name(call);
    return call.arguments().has('b') ? call.server.buffers.find(name)
                                     : call.server.buffers.newest();
}

void tell_changed(Server& server, std::optional<std::string_view> name) {
    const Buffer* buffer = name ? server.buffers.find(*name) : server.buffers.newest();
    if (buffer != nullptr)
        server.notices.add({.event = Event::paste_buffer_changed, .name = buffer->name});
}

void remove_buffer(Server& server, const Buffer& buffer) {
    const std::string name = buffer.name;
    server.buffers.remove(name);
    server.notices.add({.event = Event::paste_buffer_deleted, .name = name});
}

Flow set_buffer(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    if (const auto wanted = arguments.value('n')) {
        const Buffer* buffer = buffer_of(call);
        if (buffer == nullptr)
            return call.fail(arguments.has('b') ? "unknown buffer: " + buffer_name(call)
                                                : "no buffer");
        (void)call.server.buffers.rename(buffer->name, *wanted);
        return Flow::done;
    }
    if (arguments.size() != 1)
        return call.fail("no data specified");
    std::string text(arguments.text(0));
    if (text.empty())
        return Flow::done;
    if (arguments.has('a'))
        if (const Buffer* buffer = buffer_of(call))
            text = buffer->text + text;
    const Buffer* old = arguments.has('a') ? buffer_of(call) : nullptr;
    const std::optional<std::string> name = arguments.has('b') ? std::optional(buffer_name(call))
                                            : old != nullptr   ? std::optional(old->name)
                                                               : std::nullopt;
    call.server.buffers.add(std::move(text),
                            name ? std::optional<std::string_view>(*name) : std::nullopt);
    tell_changed(call.server, name);
    return Flow::done;
}

Flow delete_buffer(const Call& call) {
    const Buffer* buffer = buffer_of(call);
    if (buffer == nullptr)
        return call.fail(call.arguments().has('b') ? "unknown buffer: " + buffer_name(call)
                                                   : "no buffer");
    remove_buffer(call.server, *buffer);
    return Flow::done;
}

Flow show_buffer(const Call& call) {
    const Buffer* buffer = buffer_of(call);
    if (buffer == nullptr)
        return call.fail(call.arguments().has('b') ? "no buffer " + buffer_name(call)
                                                   : "no buffers");
    if (call.execution.origin().command_line && call.client() != nullptr)
        call.client()->write(buffer->text);
    else
        call.print(buffer->text);
    return Flow::done;
}

Flow list_buffers(const Call& call) {
    for (const Buffer& buffer : call.server.buffers.all()) {
        if (const auto filter = call.arguments().value('f'))
            if (const std::string value = expand(call.server, {.buffer = &buffer}, *filter);
                value.empty() || value == "0")
                continue;
        call.print(expand(call.server, {.buffer = &buffer},
                          call.arguments().value('F').value_or(kBufferLine)));
    }
    return Flow::done;
}

Flow paste_buffer(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    const Buffer* buffer = buffer_of(call);
    if (buffer == nullptr)
        return arguments.has('b') ? call.fail("no buffer " + buffer_name(call)) : Flow::done;
    const std::string separator(arguments.value('s').value_or(arguments.has('r') ? "\n" : "\r"));
    const bool bracket = arguments.has('p') && found->pane->terminal.modes().bracketed_paste;
    std::string text = bracket ? "\033[200~" : "";
    for (const char c : buffer->text)
        c == '\n' ? text += separator : text += c;
    found->pane->input(bracket ? text + "\033[201~" : text);
    if (arguments.has('d'))
        remove_buffer(call.server, *buffer);
    return Flow::done;
}

// The file that a command's argument names, as the client is to open it: where it was started.
std::string path_of(const Call& call) {
    return expand(call.server, {.client = call.client()}, call.arguments().text(0));
}

// The whole path: strerror, as tmux says it.
void tell_file_error(Client* asker, std::string_view path, int error) {
    if (asker == nullptr)
        return;
    std::string whole = path.starts_with('/') ? "" : asker->request.directory + "/";
    whole += path;
    asker->error(whole + ": " + strerror(error));
}

Flow load_buffer(const Call& call) {
    Client* client = call.client();
    if (client == nullptr || !call.execution.origin().command_line)
        return call.fail("load-buffer needs a command line");
    const std::optional<std::string> name =
        call.arguments().has('b') ? std::optional(buffer_name(call)) : std::nullopt;
    const std::string path = path_of(call);
    call.server.read_file(*client, path,
                          [execution = call.execution.shared_from_this(), name,
                           path](std::string contents, int error) {
                              if (error != 0) {
                                  tell_file_error(execution->client(), path, error);
                                  execution->resume(Flow::failed);
                                  return;
                              }
                              execution->server().buffers.add(
                                  std::move(contents),
                                  name ? std::optional<std::string_view>(*name) : std::nullopt);
                              tell_changed(execution->server(), name);
                              execution->resume();
                          });
    return Flow::waits;
}

Flow save_buffer(const Call& call) {
    Client* client = call.client();
    const Buffer* buffer = buffer_of(call);
    if (buffer == nullptr)
        return call.fail(call.arguments().has('b') ? "no buffer " + buffer_name(call)
                                                   : "no buffers");
    if (client == nullptr || !call.execution.origin().command_line)
        return call.fail("save-buffer needs a command line");
    const std::string path = path_of(call);
    call.server.write_file(
        *client, path, buffer->text, call.arguments().has('a'),
        [execution = call.execution.shared_from_this(), path](const std::string&, int error) {
            if (error != 0)
                tell_file_error(execution->client(), path, error);
            execution->resume(error != 0 ? Flow::failed : Flow::done);
        });
    return Flow::waits;
}

constexpr std::array kRows = {
    CommandRow{"delete-buffer", delete_buffer}, CommandRow{"display-message", display_message},
    CommandRow{"list-buffers", list_buffers},   CommandRow{"load-buffer", load_buffer},
    CommandRow{"paste-buffer", paste_buffer},   CommandRow{"save-buffer", save_buffer},
    CommandRow{"set-buffer", set_buffer},       CommandRow{"show-buffer", show_buffer},
};

} // namespace

std::span<const CommandRow> other_commands() {
    return kRows;
}

} // namespace berth::mux
