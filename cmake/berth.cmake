# How berth's targets are declared: one line for a library, one for a program; their sources are the .cc files of the folder.
option(BERTH_SANITIZE "Build with the address and undefined behaviour sanitizers" OFF)
option(BERTH_FUZZ "Build the libFuzzer targets (clang)" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(berth-flags INTERFACE)
target_compile_options(berth-flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror -fstack-protector-strong)
target_include_directories(berth-flags INTERFACE ${CMAKE_SOURCE_DIR}/lib)
if(BERTH_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(BERTH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()

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
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE berth-flags ${ARG_DEPS})
endfunction()
