// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/container/hdf5/file.hpp>
#include <lade/container/hdf5/walk.hpp>
#include <lade/container/hdf5/writer.hpp>
#include <lade/hdf5/reader.hpp>
#include <lade/hdf5/tags.hpp>
#include <lade/hdf5/tensor_writer.hpp>
#include <lade/hdf5/traits.hpp>
