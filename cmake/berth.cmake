# How berth's targets are declared: one line for a library, one for a program; their sources are the .cc files of the folder.
option(BERTH_SANITIZE "Build with the address and undefined behaviour sanitizers" OFF)
option(BERTH_FAILPOINTS "Programs die where tests/ tell them to (lib/base/failpoints.h)" OFF)
option(BERTH_FUZZ "Build the libFuzzer targets (clang)" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(berth-flags INTERFACE)
target_compile_options(berth-flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -fstack-protector-strong)
option(BERTH_WERROR "Warnings are errors" ON)
if(BERTH_WERROR)
  target_compile_options(berth-flags INTERFACE -Werror)
endif()
# g++ 12 sees overlapping copies in std::string's operator+ when it optimises (GCC bug 105329); there are none.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(berth-flags INTERFACE -Wno-restrict)
endif()
target_include_directories(berth-flags INTERFACE ${CMAKE_SOURCE_DIR}/lib)
if(BERTH_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(BERTH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

# Half a program's relocations are its tables' pointers; packed, they take a hundredth. Not every libc that a linker serves knows
# them.
if(NOT BERTH_SANITIZE AND NOT BERTH_FUZZ)
  include(CheckCXXSourceRuns)
  set(CMAKE_REQUIRED_LINK_OPTIONS -Wl,-z,pack-relative-relocs)
  check_cxx_source_runs("int main() {}" BERTH_PACKS_RELOCATIONS)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
  if(BERTH_PACKS_RELOCATIONS)
    add_link_options(-Wl,-z,pack-relative-relocs)
  endif()
endif()

# berth_small(TARGET...): compiled for size, which halves it: code that runs once for a command or a frame. The pages of a program
# are most of what a user's only session costs.
function(berth_small)
  foreach(target ${ARGN})
    target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-Os>)
  endforeach()
endfunction()

# berth_library(NAME [DEPS ...]): the static library berth-NAME of this folder's .cc files, included as <NAME/file.h>.
function(berth_library name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  add_library(berth-${name} STATIC ${sources})
  target_link_libraries(berth-${name} PUBLIC berth-flags ${ARG_DEPS})
endfunction()

# berth_program(NAME [DEPS ...]): the executable NAME of this folder's .cc files; includes of its own folder need no prefix.
function(berth_program name)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  add_executable(${name} ${sources})
  if(BERTH_SANITIZE)
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/sanitizer_options.cc)
  endif()
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE berth-flags ${ARG_DEPS})
endfunction()
