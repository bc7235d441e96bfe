# What is installed, and the Debian package that cpack makes of it.
include(GNUInstallDirs)

# A libtorch that is not the system's is found where it lay when building.
set_target_properties(quantscope-cli PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS quantscope-cli RUNTIME)
install(TARGETS quantscope-session-check RUNTIME DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}/quantscope")
install(DIRECTORY "${CMAKE_SOURCE_DIR}/resources/demo" DESTINATION "${CMAKE_INSTALL_DATADIR}/quantscope")
install(FILES "${CMAKE_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/quantscope" RENAME copyright)
install(FILES "${CMAKE_SOURCE_DIR}/README.md" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/quantscope")
if(QUANTSCOPE_GUI)
    set(linux "${CMAKE_SOURCE_DIR}/packaging/linux")
    set(icons "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable")
    set_target_properties(quantscope PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
    install(TARGETS quantscope RUNTIME)
    install(FILES "${linux}/quantscope.desktop" DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
    install(FILES "${linux}/internal.quantscope.quantscope.metainfo.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
    install(FILES "${linux}/quantscope-mime.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/mime/packages" RENAME quantscope.xml)
    install(FILES "${CMAKE_SOURCE_DIR}/resources/icons/quantscope.svg" DESTINATION "${icons}/apps")
    install(FILES "${linux}/application-x-qscope.svg" DESTINATION "${icons}/mimetypes")
endif()
# Installing installs what is built and builds nothing.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(CPACK_PACKAGE_NAME quantscope)
set(CPACK_PACKAGE_VENDOR QuantScope)
# A package needs a maintainer; the project has no address to give.
set(CPACK_PACKAGE_CONTACT "QuantScope developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION "Quantizes a language model with several methods at once, and shows which texts suffer,
by how much, and where inside the model that happens. A window and a command line.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS openmpi-bin) # which starts one study several times
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
include(CPack)
