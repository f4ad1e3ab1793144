// SPDX-License-Identifier: BSL-1.0
#pragma once

/// What firmware takes: no heap, no exceptions, no RTTI, no operating system. For the smallest
/// programs define LADE_ERROR_PLACE=0 and LADE_ERROR_TEXT=0.
#include <lade/base/arena.hpp>
#include <lade/base/dtype.hpp>
#include <lade/base/error.hpp>
#include <lade/base/half.hpp>
#include <lade/base/limits.hpp>
#include <lade/base/result.hpp>
#include <lade/bytes/cursor.hpp>
#include <lade/bytes/memory.hpp>
#include <lade/format/flash.hpp>
#include <lade/model/tensor_info.hpp>
#include <lade/numpy/flash.hpp>
#include <lade/safetensors/flash.hpp>
#include <lade/tensorflow/flash.hpp>
#include <lade/torch/flash.hpp>
