# Where what is built goes; the files of config/, systemd/ and man/ are installed by their folders.
# What other programs start by path lies in lib/berth, whatever the multiarch folder is called.
foreach(program berth-keeper berth-mux berth-login berth-subsystem berth-webhook)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION lib/berth)
  endif()
endforeach()
# The shell of guests' accounts is berth-login by another name.
if(TARGET berth-login)
  install(CODE "file(CREATE_LINK berth-login \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/berth/guest-shell\" SYMBOLIC)")
endif()
if(TARGET berthd)
  install(TARGETS berthd RUNTIME DESTINATION sbin)
endif()
if(TARGET berth)
  install(TARGETS berth RUNTIME DESTINATION bin)
  # For those who put lib/berth/tmux in front of their PATH: called so, berth speaks tmux only.
  file(CREATE_LINK ../../../bin/berth ${CMAKE_BINARY_DIR}/tmux SYMBOLIC)
  install(FILES ${CMAKE_BINARY_DIR}/tmux DESTINATION lib/berth/tmux)
endif()
