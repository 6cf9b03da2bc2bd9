// Files that the user's commands name. The mux has none: a command line's client opens what its
// user named, where it stands; for everybody else a job of the user's does.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Client;
class Server;

inline constexpr std::size_t kMaxUserFile = std::size_t{16} << 20; // bytes
inline constexpr std::size_t kMaxMatches = 1000;                   // paths of one pattern

// error: an errno value, or 0.
using FileRead = std::move_only_function<void(std::string contents, int error)>;
using FilesFound = std::move_only_function<void(std::vector<std::string> paths)>;
using FirstRead = std::move_only_function<void(std::string path, std::string contents, int error)>;

// Read by the client when it came with a command line that names the path, else by a job that
// starts in `directory`.
void read_user_file(Server& server, Client* client, std::string_view directory,
                    std::string_view path, FileRead call);
void write_user_file(Server& server, Client* client, std::string_view directory,
                     std::string_view path, std::string_view bytes, bool append, FileRead call);
// The paths that a pattern of glob(7) means, in the order of their names; none: no match.
void find_user_files(Server& server, std::string_view directory, std::string_view pattern,
                     FilesFound call);
// The first of these that is there ("" and no error: none is). In them the shell's variables are
// expanded.
void read_first_file(Server& server, const std::vector<std::string>& paths, FirstRead call);

[[nodiscard]] bool is_pattern(std::string_view path);

} // namespace berth::mux
