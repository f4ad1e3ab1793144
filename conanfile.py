# SPDX-License-Identifier: BSL-1.0
import os

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy
from conan.tools.layout import basic_layout


class Lade(ConanFile):
    name = "lade"
    version = "0.1.0"
    description = "Loads and saves the model files of deep-learning frameworks: C++20, header only"
    license = "BSL-1.0"
    topics = "pytorch", "keras", "tensorflow", "safetensors", "header-only"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"with_fmt": [True, False], "with_pfr": [True, False]}
    default_options = {"with_fmt": False, "with_pfr": False}
    exports_sources = "include/*", "LICENSE"
    no_copy_source = True

    def layout(self):
        basic_layout(self)

    def requirements(self):
        if self.options.with_fmt:
            self.requires("fmt/[>=9]")
        if self.options.with_pfr:
            self.requires("pfr/[>=2.2]")

    def package_id(self):
        self.info.clear()

    def validate(self):
        check_min_cppstd(self, 20)

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "lade")
        self.cpp_info.set_property("pkg_config_name", "lade")
        parts = {"core": "lade", "fmt": "fmt", "pfr": "pfr"}
        for part, target in parts.items():
            if part != "core" and not self.options.get_safe(f"with_{part}"):
                continue
            component = self.cpp_info.components[part]
            component.set_property("cmake_target_name", f"lade::{target}")
            component.bindirs = []
            component.libdirs = []
            if part != "core":
                component.requires = ["core", "fmt::fmt" if part == "fmt" else "pfr::pfr"]
