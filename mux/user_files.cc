#include "user_files.h"

#include "client.h"
#include "server.h"

#include <algorithm>
#include <cerrno>

namespace berth::mux {
namespace {

// Exit codes of the scripts below.
constexpr int kNotThere = 2;
constexpr int kIsFolder = 3;

constexpr const char* kRead = "[ -e \"$1\" ] || exit 2; [ -d \"$1\" ] && exit 3; exec cat <\"$1\"";
constexpr const char* kWrite = "[ -d \"$1\" ] && exit 3; exec cat >\"$1\"";
constexpr const char* kAppend = "[ -d \"$1\" ] && exit 3; exec cat >>\"$1\"";
constexpr const char* kFind = "p=$1; shift $#; IFS=; LC_ALL=C; "
                              "for f in $p; do [ -e \"$f\" ] && printf '%s\\0' \"$f\"; done";
constexpr const char* kFirst =
    "for w; do eval \"f=\\\"$w\\\"\"; [ -f \"$f\" ] || continue; printf '%s\\0' \"$f\"; "
    "exec cat <\"$f\"; done";

int error_of(const JobEnd& end) {
    if (end.cut)
        return EFBIG;
    switch (end.status()) {
    case 0:
        return 0;
    case kNotThere:
        return ENOENT;
    case kIsFolder:
        return EISDIR;
    default:
        return end.error.empty() ? EACCES : EAGAIN;
    }
}

// A command line's client opens what stands on its line, and its own standard streams.
bool named_by(const Client& client, std::string_view path) {
    if (client.attached())
        return false;
    const auto among = [&](const protocol::Texts& texts) {
        return std::ranges::find(texts, path) != texts.end();
    };
    return path == "-" || among(client.request.words) || among(client.request.files);
}

void run_script(Server& server, const char* script, std::string_view directory,
                std::vector<std::string> arguments, std::string_view input,
                std::move_only_function<void(JobEnd)> ended) {
    JobWish wish;
    wish.words = {"/bin/sh", "-c", script, "sh"};
    wish.words.insert(wish.words.end(), arguments.begin(), arguments.end());
    wish.directory = directory;
    wish.output_limit = kMaxUserFile;
    if (!input.empty()) {
        wish.feed = JobInput::given;
        wish.input = input;
    }
    JobCalls calls;
    calls.ended = std::move(ended);
    server.jobs.start(std::move(wish), std::move(calls));
}

} // namespace

bool is_pattern(std::string_view path) {
    return path.find_first_of("*?[") != path.npos;
}

void read_user_file(Server& server, Client* client, std::string_view directory,
                    std::string_view path, FileRead call) {
    if (client != nullptr && named_by(*client, path)) {
        server.read_file(*client, path, std::move(call));
        return;
    }
    run_script(server, kRead, directory, {std::string(path)}, {},
               [call = std::move(call)](JobEnd end) mutable {
                   const int error = error_of(end);
                   call(error == 0 ? std::move(end.output) : std::string(), error);
               });
}

void write_user_file(Server& server, Client* client, std::string_view directory,
                     std::string_view path, std::string_view bytes, bool append, FileRead call) {
    if (client != nullptr && named_by(*client, path)) {
        server.write_file(*client, path, bytes, append, std::move(call));
        return;
    }
    run_script(server, append ? kAppend : kWrite, directory, {std::string(path)}, bytes,
               [call = std::move(call)](JobEnd end) mutable { call({}, error_of(end)); });
}

void find_user_files(Server& server, std::string_view directory, std::string_view pattern,
                     FilesFound call) {
    run_script(server, kFind, directory, {std::string(pattern)}, {},
               [call = std::move(call)](JobEnd end) mutable {
                   std::vector<std::string> paths;
                   std::string_view rest = end.output;
                   while (!rest.empty() && paths.size() < kMaxMatches) {
                       const auto stop = rest.find('\0');
                       paths.emplace_back(rest.substr(0, stop));
                       rest.remove_prefix(stop == rest.npos ? rest.size() : stop + 1);
                   }
                   call(std::move(paths));
               });
}

void read_first_file(Server& server, const std::vector<std::string>& paths, FirstRead call) {
    run_script(server, kFirst, "", paths, {}, [call = std::move(call)](JobEnd end) mutable {
        const int error = error_of(end);
        const auto stop = end.output.find('\0');
        if (stop == std::string::npos) {
            call({}, {}, error);
            return;
        }
        call(end.output.substr(0, stop), end.output.substr(stop + 1), error);
    });
}

} // namespace berth::mux
