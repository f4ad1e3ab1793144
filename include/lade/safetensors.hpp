// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/safetensors/in_place.hpp>
#include <lade/safetensors/reader.hpp>
#include <lade/safetensors/shards.hpp>
#include <lade/safetensors/tags.hpp>
#include <lade/safetensors/traits.hpp>
#include <lade/safetensors/writer.hpp>
