# Writes OUTPUT, which defines spillway::kSourceRevision as the commit of SOURCE_DIR; the file stays as it is
# when that is unchanged, so that nothing is compiled again.
set(revision "unknown")
find_program(git git)
if(git)
    execute_process(
        COMMAND "${git}" -C "${SOURCE_DIR}" describe --always --dirty --abbrev=12 --exclude=*
        OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
        set(revision "${answer}")
    endif()
endif()
file(WRITE "${OUTPUT}.new" "#include \"calibration/common/revision.hpp\"\n\n"
    "namespace spillway {\nconstinit const std::string_view kSourceRevision = \"${revision}\";\n}\n")
file(COPY_FILE "${OUTPUT}.new" "${OUTPUT}" ONLY_IF_DIFFERENT)
