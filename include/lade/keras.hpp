// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/keras/archive_reader.hpp>
#include <lade/keras/archive_writer.hpp>
#include <lade/keras/code.hpp>
#include <lade/keras/config_graph.hpp>
#include <lade/keras/dense_array.hpp>
#include <lade/keras/errors.hpp>
#include <lade/keras/h5_names.hpp>
#include <lade/keras/h5_reader.hpp>
#include <lade/keras/h5_writer.hpp>
#include <lade/keras/json_reader.hpp>
#include <lade/keras/layers.hpp>
#include <lade/keras/load_weights.hpp>
#include <lade/keras/model.hpp>
#include <lade/keras/object_grouping.hpp>
#include <lade/keras/object_output.hpp>
#include <lade/keras/object_paths.hpp>
#include <lade/keras/old_layouts.hpp>
#include <lade/keras/structures.hpp>
#include <lade/keras/tags.hpp>
#include <lade/keras/text_writer.hpp>
#include <lade/keras/torch_layout.hpp>
#include <lade/keras/traits.hpp>
#include <lade/keras/variables.hpp>
#include <lade/keras/weights_index.hpp>
