// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Everything but the optional parts: all formats, all verbs.
#include <lade/capabilities.hpp>
#include <lade/codec/sha256.hpp>
#include <lade/container/protobuf/verify.hpp>
#include <lade/convert.hpp>
#include <lade/core.hpp>
#include <lade/formats.hpp>
#include <lade/inspect.hpp>
#include <lade/load.hpp>
#include <lade/load_into.hpp>
#include <lade/save.hpp>
#include <lade/tensorflow/freeze.hpp>
#include <lade/view.hpp>
