# SPDX-License-Identifier: MIT
#
# trampgen_header(TARGET SPEC [OPTIONS …] [CONSTANTS FILE…])
#
# Makes NAME.h of NAME.tramp, in the build folder, before TARGET is compiled, and
# lets TARGET include it and trampgen.h. Each target gets headers of its own.
# OPTIONS go to `trampgen build`. CONSTANTS are files with the values of extern
# consts; another rule may make them. TRAMPGEN is the command, which
# find_program finds unless it is set.
# Generators: Ninja, Makefiles.

cmake_policy(VERSION 3.20) # DEPFILE for both generators, with paths of any kind
find_program(TRAMPGEN trampgen REQUIRED)

# Where trampgen.h is, which a header needs outside the kernel.
set(TRAMPGEN_INCLUDE_DIR "${CMAKE_CURRENT_LIST_DIR}")

function(trampgen_header target spec)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "OPTIONS;CONSTANTS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "trampgen_header: OPTIONS or CONSTANTS goes before ${arg_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(name "${spec}" NAME_WLE)
  get_filename_component(spec "${spec}" ABSOLUTE)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/trampgen/${target}")
  set(options ${arg_OPTIONS})
  set(constants)
  foreach(file IN LISTS arg_CONSTANTS)
    get_filename_component(file "${file}" ABSOLUTE)
    list(APPEND options --constants "${file}")
    list(APPEND constants "${file}")
  endforeach()

  # A header that would be the same keeps its time, so that nothing is compiled
  # again. What the build tool compares with the spec's time is therefore the
  # record of the build, touched each time that trampgen has run.
  set(record "${out}/.${name}.trampgen")
  add_custom_command(
    OUTPUT "${record}"
    BYPRODUCTS "${out}/${name}.h"
    COMMAND ${TRAMPGEN} build -q --emit header -o "${out}" ${options}
            --depfile "${record}.d" --depfile-target "${record}" "${spec}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${record}"
    DEPENDS "${spec}" ${constants}
    DEPFILE "${record}.d"
    COMMENT "Generating ${name}.h"
    VERBATIM)
  target_sources(${target} PRIVATE "${record}")
  target_include_directories(${target} PRIVATE "${out}" "${TRAMPGEN_INCLUDE_DIR}")
endfunction()
