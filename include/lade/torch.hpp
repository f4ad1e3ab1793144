// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/torch/foreign.hpp>
#include <lade/torch/globals.hpp>
#include <lade/torch/reader.hpp>
#include <lade/torch/tags.hpp>
#include <lade/torch/traits.hpp>
#include <lade/torch/writer.hpp>
