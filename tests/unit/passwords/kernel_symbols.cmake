# The kernels are compiled for instructions that not every machine has. An inline function of theirs with external linkage
# could become the whole program's copy of it, and kill it on such a machine before any test of the processor. nm calls
# those W (weak) or u (unique).
foreach(object IN LISTS OBJECTS)
    execute_process(COMMAND "${NM}" -C "${object}" OUTPUT_VARIABLE symbols RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "nm cannot read ${object}")
    endif()
    string(REGEX MATCHALL "[0-9a-f]+ [WuT] [^\n]*" shared "${symbols}")
    if(shared)
        message(FATAL_ERROR "${object} shares functions with the rest of the program:\n${shared}")
    endif()
endforeach()
