// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/numpy/array.hpp>
#include <lade/numpy/dtypes.hpp>
#include <lade/numpy/encoder.hpp>
#include <lade/numpy/header.hpp>
#include <lade/numpy/reader.hpp>
#include <lade/numpy/tags.hpp>
#include <lade/numpy/traits.hpp>
#include <lade/numpy/writer.hpp>
