# What the program says of itself: manual pages and shell completion, from the same table as its --help. Written into
# build/<preset>/man and build/<preset>/completion by a whole build; `cmake --install` puts them where shells and man look.
function(latchkey_document file directory)
    set(made "${CMAKE_BINARY_DIR}/${file}")
    cmake_path(GET made PARENT_PATH folder)
    add_custom_command(OUTPUT "${made}"
        COMMAND "${CMAKE_COMMAND}" -E make_directory "${folder}"
        COMMAND latchkey ${ARGN} > "${made}"
        DEPENDS latchkey VERBATIM)
    set_property(GLOBAL APPEND PROPERTY LATCHKEY_DOCUMENTS "${made}")
    install(FILES "${made}" DESTINATION "${directory}" OPTIONAL)
endfunction()

latchkey_document(man/latchkey.1 "${CMAKE_INSTALL_MANDIR}/man1" man latchkey.1)
latchkey_document(man/latchkey.toml.5 "${CMAKE_INSTALL_MANDIR}/man5" man latchkey.toml.5)
latchkey_document(completion/latchkey "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" completion bash)
latchkey_document(completion/_latchkey "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" completion zsh)
latchkey_document(completion/latchkey.fish "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" completion fish)

get_property(documents GLOBAL PROPERTY LATCHKEY_DOCUMENTS)
add_custom_target(documents ALL DEPENDS ${documents})
